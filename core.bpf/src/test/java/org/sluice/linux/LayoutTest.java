package org.sluice.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sluice.bpf.Seccomp;
import org.sluice.bpf.SeccompNotif;
import org.sluice.bpf.SeccompNotifAddfd;
import org.sluice.bpf.SeccompNotifResp;

/** Compares the layouts with the headers, field by field. */
class LayoutTest {

    private final Map<String, Long> expected = new LinkedHashMap<>();

    @Test
    void kernelStructures(@TempDir Path folder) throws Exception {
        at("struct seccomp_notif", SeccompNotif.SIZE, "id", SeccompNotif.ID, "pid", SeccompNotif.PID);
        at("struct seccomp_notif", SeccompNotif.SIZE, "flags", SeccompNotif.FLAGS, "data.nr", SeccompNotif.NUMBER);
        at("struct seccomp_notif", SeccompNotif.SIZE, "data.arch", SeccompNotif.ARCH);
        at("struct seccomp_notif", SeccompNotif.SIZE, "data.args", SeccompNotif.ARGUMENTS);
        at("struct seccomp_notif", SeccompNotif.SIZE, "data.instruction_pointer", SeccompNotif.INSTRUCTION_POINTER);
        at("struct seccomp_notif_resp", SeccompNotifResp.SIZE, "id", SeccompNotifResp.ID);
        at("struct seccomp_notif_resp", SeccompNotifResp.SIZE, "val", SeccompNotifResp.VALUE);
        at("struct seccomp_notif_resp", SeccompNotifResp.SIZE, "error", SeccompNotifResp.ERROR);
        at("struct seccomp_notif_resp", SeccompNotifResp.SIZE, "flags", SeccompNotifResp.FLAGS);
        at("struct seccomp_notif_addfd", SeccompNotifAddfd.SIZE, "flags", SeccompNotifAddfd.FLAGS);
        at("struct seccomp_notif_addfd", SeccompNotifAddfd.SIZE, "srcfd", SeccompNotifAddfd.SOURCE_FD);
        at("struct seccomp_notif_addfd", SeccompNotifAddfd.SIZE, "newfd", SeccompNotifAddfd.NEW_FD);
        at("struct seccomp_notif_addfd", SeccompNotifAddfd.SIZE, "newfd_flags", SeccompNotifAddfd.NEW_FD_FLAGS);
        at("struct clone_args", CloneArgs.SIZE, "flags", CloneArgs.FLAGS, "pidfd", CloneArgs.PIDFD);
        at("struct clone_args", CloneArgs.SIZE, "child_tid", CloneArgs.CHILD_TID, "tls", CloneArgs.TLS);
        at("struct clone_args", CloneArgs.SIZE, "parent_tid", CloneArgs.PARENT_TID, "cgroup", CloneArgs.CGROUP);
        at("struct clone_args", CloneArgs.SIZE, "exit_signal", CloneArgs.EXIT_SIGNAL, "stack", CloneArgs.STACK);
        at("struct clone_args", CloneArgs.SIZE, "stack_size", CloneArgs.STACK_SIZE, "set_tid", CloneArgs.SET_TID);
        at("struct clone_args", CloneArgs.SIZE, "set_tid_size", CloneArgs.SET_TID_SIZE);
        at("struct open_how", OpenHow.SIZE, "flags", OpenHow.FLAGS, "mode", OpenHow.MODE);
        at("struct open_how", OpenHow.SIZE, "resolve", OpenHow.RESOLVE);
        at("struct sock_fprog", 16, "len", 0, "filter", 8);
        at("struct sock_filter", 8, "code", 0, "jt", 2);
        at("struct sock_filter", 8, "jf", 3, "k", 4);
        expected.put("SECCOMP_IOCTL_NOTIF_RECV", Seccomp.IOCTL_RECV & 0xffffffffL);
        expected.put("SECCOMP_IOCTL_NOTIF_SEND", Seccomp.IOCTL_SEND & 0xffffffffL);
        expected.put("SECCOMP_IOCTL_NOTIF_ID_VALID", (long) Seccomp.IOCTL_ID_VALID);
        expected.put("SECCOMP_IOCTL_NOTIF_ADDFD", (long) Seccomp.IOCTL_ADDFD);
        expected.put("SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV", (long) Seccomp.FLAG_WAIT_KILLABLE_RECV);
        List<String> headers = List.of(
                "stdio.h", "sys/ioctl.h", "linux/seccomp.h", "linux/sched.h", "linux/openat2.h", "linux/filter.h");

        assertEquals(expected, C.values(folder, headers, expected.keySet()));
    }

    @Test
    void libraryStructures(@TempDir Path folder) throws Exception {
        at("struct sockaddr_in", SockaddrIn.SIZE, "sin_family", SockaddrIn.FAMILY, "sin_port", SockaddrIn.PORT);
        at("struct sockaddr_in", SockaddrIn.SIZE, "sin_addr", SockaddrIn.ADDRESS);
        at("struct sockaddr_in6", SockaddrIn6.SIZE, "sin6_port", SockaddrIn6.PORT);
        at("struct sockaddr_in6", SockaddrIn6.SIZE, "sin6_flowinfo", SockaddrIn6.FLOW_INFO);
        at("struct sockaddr_in6", SockaddrIn6.SIZE, "sin6_addr", SockaddrIn6.ADDRESS);
        at("struct sockaddr_in6", SockaddrIn6.SIZE, "sin6_scope_id", SockaddrIn6.SCOPE_ID);
        at("struct sockaddr_un", SockaddrUn.SIZE, "sun_family", SockaddrUn.FAMILY, "sun_path", SockaddrUn.PATH);
        at("struct msghdr", Msghdr.SIZE, "msg_name", Msghdr.NAME, "msg_namelen", Msghdr.NAME_LENGTH);
        at("struct msghdr", Msghdr.SIZE, "msg_iov", Msghdr.VECTORS, "msg_iovlen", Msghdr.VECTOR_COUNT);
        at("struct msghdr", Msghdr.SIZE, "msg_control", Msghdr.CONTROL, "msg_flags", Msghdr.FLAGS);
        at("struct msghdr", Msghdr.SIZE, "msg_controllen", Msghdr.CONTROL_LENGTH);
        at("struct mmsghdr", Msghdr.MANY_SIZE, "msg_hdr", 0, "msg_len", Msghdr.SENT);
        at("struct iovec", Iovec.SIZE, "iov_base", Iovec.BASE, "iov_len", Iovec.LENGTH);
        at("struct cmsghdr", Cmsghdr.SIZE, "cmsg_len", Cmsghdr.LENGTH, "cmsg_level", Cmsghdr.LEVEL);
        at("struct cmsghdr", Cmsghdr.SIZE, "cmsg_type", Cmsghdr.TYPE);
        at("struct pollfd", Pollfd.SIZE, "fd", Pollfd.FD, "events", Pollfd.EVENTS);
        at("struct pollfd", Pollfd.SIZE, "revents", Pollfd.REVENTS);
        at("struct epoll_event", EpollEvent.SIZE, "events", EpollEvent.EVENTS, "data", EpollEvent.DATA);
        at("struct timespec", Timespec.SIZE, "tv_sec", Timespec.SECONDS, "tv_nsec", Timespec.NANOSECONDS);
        at("struct signalfd_siginfo", SignalfdSiginfo.SIZE, "ssi_signo", SignalfdSiginfo.SIGNAL);
        at("struct signalfd_siginfo", SignalfdSiginfo.SIZE, "ssi_code", SignalfdSiginfo.CODE);
        at("struct signalfd_siginfo", SignalfdSiginfo.SIZE, "ssi_pid", SignalfdSiginfo.PID);
        at("struct signalfd_siginfo", SignalfdSiginfo.SIZE, "ssi_uid", SignalfdSiginfo.UID);
        at("struct signalfd_siginfo", SignalfdSiginfo.SIZE, "ssi_status", SignalfdSiginfo.STATUS);
        at("struct statx", Statx.SIZE, "stx_mask", Statx.MASK, "stx_attributes", Statx.ATTRIBUTES);
        at("struct statx", Statx.SIZE, "stx_nlink", Statx.LINKS, "stx_uid", Statx.UID);
        at("struct statx", Statx.SIZE, "stx_gid", Statx.GID, "stx_mode", Statx.MODE);
        at("struct statx", Statx.SIZE, "stx_ino", Statx.INODE, "stx_size", Statx.LENGTH);
        at("struct statx", Statx.SIZE, "stx_rdev_major", Statx.RDEV_MAJOR, "stx_rdev_minor", Statx.RDEV_MINOR);
        at("struct statx", Statx.SIZE, "stx_dev_major", Statx.DEV_MAJOR, "stx_dev_minor", Statx.DEV_MINOR);
        at("struct statx", Statx.SIZE, "stx_mnt_id", Statx.MOUNT_ID);
        expected.put("POLLIN", (long) Pollfd.POLLIN);
        expected.put("POLLHUP", (long) Pollfd.POLLHUP);
        expected.put("POLLNVAL", (long) Pollfd.POLLNVAL);
        expected.put("EPOLLIN", (long) Epoll.IN);
        expected.put("EPOLLOUT", (long) Epoll.OUT);
        expected.put("EPOLLERR", (long) Epoll.ERR);
        expected.put("EPOLLHUP", (long) Epoll.HUP);
        expected.put("EPOLLRDHUP", (long) Epoll.RDHUP);
        List<String> headers = List.of(
                "stdio.h",
                "netinet/in.h",
                "sys/un.h",
                "poll.h",
                "sys/epoll.h",
                "time.h",
                "sys/signalfd.h",
                "sys/stat.h");

        assertEquals(expected, C.values(folder, headers, expected.keySet()));
    }

    @Test
    void pidfdInfoIsWhatThisKernelFillsIn() {
        long pid = ProcessHandle.current().pid();
        long pidfd = SysException.check("pidfd_open", Linux.call(Nr.PIDFD_OPEN, pid, 0));
        Block info = Block.allocate(PidfdInfo.SIZE).putLong(PidfdInfo.MASK, PidfdInfo.INFO_PID | PidfdInfo.INFO_CREDS);
        long result =
                info.with(address -> Linux.call(Nr.IOCTL, pidfd, PidfdInfo.IOCTL_GET_INFO & 0xffffffffL, address));
        Linux.close((int) pidfd);
        assumeTrue(result != -Errno.ENOTTY && result != -Errno.EINVAL, "PIDFD_GET_INFO needs Linux 6.13");

        assertEquals(0, result);
        assertEquals(pid, info.getInt(PidfdInfo.PID));
        assertEquals(pid, info.getInt(PidfdInfo.TGID));
        assertEquals(Linux.call(Nr.GETPPID, 0), info.getInt(PidfdInfo.PPID));
        assertEquals(Linux.call(Nr.GETEUID, 0), info.getInt(PidfdInfo.EUID));
        assertEquals(Linux.call(Nr.GETEUID, 0), info.getInt(PidfdInfo.FSUID));
    }

    private void at(String type, int size, Object... fields) {
        expected.put("sizeof(" + type + ")", (long) size);
        for (int i = 0; i < fields.length; i += 2) {
            expected.put("offsetof(" + type + ", " + fields[i] + ")", ((Integer) fields[i + 1]).longValue());
        }
    }
}
