"""Listens on this machine, and talks to itself over TCP.

without walls: it passes
behind walls: error
"""
import socket


def double(x):
    with socket.create_server(("127.0.0.1", 0)) as server:
        with socket.create_connection(server.getsockname()) as one, server.accept()[0] as other:
            one.sendall(str(2 * x).encode())
            return int(other.recv(100))
