/* console_socket.h - a terminal for who asked by --console-socket */
#ifndef CINIT_SETUP_HOST_CONSOLE_SOCKET_H
#define CINIT_SETUP_HOST_CONSOLE_SOCKET_H

/*
 * Connects to the socket and sends it the terminal's other end, with a name as
 * its text, as runc does and conmon and containerd expect. Dies.
 */
void console_send(const char *path, int master_fd);

#endif
