/* undo.h - what has to be taken back when a run fails, and when it ends */
#ifndef CINIT_SETUP_HOST_UNDO_H
#define CINIT_SETUP_HOST_UNDO_H

/*
 * The effect is announced before it happens, so that no failure in between is
 * forgotten; taking back what never happened must do no harm. The arguments
 * must live as long as the program.
 */
void undo_push(void (*take_back)(void *), void *arg);

/* What was made is to stay. */
void undo_forget(void);

/* All of it, the last first. Each runs once, even if one of them fails. */
void undo_all(void);

#endif
