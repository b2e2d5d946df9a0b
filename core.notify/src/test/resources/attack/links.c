/*
 * Gives files further names, and moves them, across the folders of one place. Run natively and in a sandbox that may write
 * there, the output must be the same.
 *
 *   links FOLDER
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static void said(const char *what, long result) {
    printf("%s: %s\n", what, result < 0 ? strerror(errno) : "done");
}

int main(int argc, char **argv) {
    char folder[64];
    if (argc != 2 || chdir(argv[1])) return 2;
    sprintf(folder, "links-%d", getpid());
    if (mkdir(folder, 0700) || chdir(folder) || mkdir("a", 0700) || mkdir("b", 0700) || mkdir("a/folder", 0700)) return 2;
    close(open("a/f", O_CREAT | O_WRONLY, 0600));
    said("link", link("a/f", "b/f"));
    said("link up", link("b/f", "f"));
    said("link by descriptor", linkat(open("a", O_PATH), "f", open("b", O_PATH), "g", 0));
    said("symbolic link itself", symlink("f", "a/s") || link("a/s", "b/s") ? -1 : 0);
    said("link of an unnamed file", linkat(open("a", O_TMPFILE | O_RDWR, 0600), "", AT_FDCWD, "b/none", AT_EMPTY_PATH));
    said("rename", rename("a/f", "b/moved"));
    said("rename over", rename("b/moved", "f"));
    said("rename of a folder", rename("a/folder", "b/folder"));
    said("exchange", syscall(SYS_renameat2, AT_FDCWD, "b/f", AT_FDCWD, "f", RENAME_EXCHANGE));
    said("into itself", rename("b", "b/folder/b"));
    said("what is missing", link("a/missing", "b/missing"));
    said("what is there", link("f", "b/f"));
    return 0;
}
