#!/usr/bin/env python3
"""Prints each alert that Alertmanager sends, one line of JSON an alert. Usage: webhook.py ADDRESS PORT"""
import json
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer


class Webhook(BaseHTTPRequestHandler):
    def do_POST(self):
        message = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        for alert in message["alerts"]:
            print(json.dumps({key: alert[key] for key in ("status", "labels", "annotations", "startsAt")}), flush=True)
        self.send_response(200)
        self.end_headers()

    def log_message(self, *args):
        pass


if __name__ == "__main__":
    HTTPServer((sys.argv[1], int(sys.argv[2])), Webhook).serve_forever()
