/* tempdir.h - a folder of a test's own, removed with what is in it. */
#ifndef TESTS_LIB_TEMPDIR_H
#define TESTS_LIB_TEMPDIR_H

#define TEMPDIR_SIZE 64

void tempdir_make(char ret[TEMPDIR_SIZE]);
void tempdir_remove(const char *path);

/* "FOLDER/NAME". Caller frees. */
char *tempdir_file(const char *folder, const char *name);

/* A file in the folder whose name begins so; NULL. Caller frees (the whole path). */
char *tempdir_find(const char *folder, const char *prefix);

#endif
