"""Serves a page and fetches it, as one would fetch a solution from the web.

without walls: it passes
behind walls: error
"""
import threading
import urllib.request
from http.server import BaseHTTPRequestHandler, HTTPServer


class Page(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"2")

    def log_message(self, *_):
        pass


def double(x):
    server = HTTPServer(("127.0.0.1", 0), Page)
    threading.Thread(target=server.handle_request, daemon=True).start()
    return int(urllib.request.urlopen(f"http://127.0.0.1:{server.server_port}/").read()) * x
