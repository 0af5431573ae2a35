#!/usr/bin/env python3
"""Plays QQ, Weibo, GitHub, Gitee, Feishu, DingTalk and WeCom for tests, as strictly as the real ones. See README.md."""
import argparse
import os
import signal
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar

import control
import wire
from dingtalk import DingTalk
from feishu import Feishu
from gitee import Gitee
from github import GitHub
from provider import Call, Provider
from qq import QQ
from state import Fault, Note
from wecom import WeCom
from weibo import Weibo
from wire import Dropped, Reply, Request

LONGEST_BODY = 65536
HANGS_AT_MOST = 300  # seconds: a test that forgets to release one does not keep the process


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 600
    disable_nagle_algorithm = True
    providers: ClassVar[dict[str, Provider]]

    def _handle(self) -> None:
        try:
            reply = self._reply()
        except Dropped:
            self.close_connection = True
            return
        self.send_response(reply.status)
        for name, value in {**reply.headers, "Content-Type": reply.content_type}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(reply.body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(reply.body)

    do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = _handle

    def _reply(self) -> Reply:
        length = self.headers.get("Content-Length") or "0"
        if not length.isdigit() or int(length) > LONGEST_BODY or self.headers.get("Transfer-Encoding"):
            self.close_connection = True
            return wire.text_reply("the body's length is wrong\n", 400)
        body = self.rfile.read(int(length))
        path, _, query = self.path.partition("?")
        if path.startswith(control.CONTROL):
            return control.answer(self.providers, Request(self.command, path, query, self.headers, body))
        _, name, *rest = path.split("/", 2)
        provider = self.providers.get(name)
        request = Request(self.command, "/" + "".join(rest), query, self.headers, body)
        call = provider.calls.get(request.path) if provider else None
        if provider is None or call is None:
            return wire.text_reply("there is no such path\n", 404)
        return _asked(provider, call, request)

    def log_message(self, *_: Any) -> None:
        """Nothing: the paths hold codes and tokens, and control has the list of calls."""


def _asked(provider: Provider, call: Call, request: Request) -> Reply:
    note = provider.state.note(call.name, request.method, request.path)
    fault = provider.state.take_fault(call.name)
    if fault is None:
        return provider.answer(call, request, note)
    note.outcome = f"fault {fault.kind}"
    return _faulty(provider, call, request, fault, note)


def _faulty(provider: Provider, call: Call, request: Request, fault: Fault, note: Note) -> Reply:
    if fault.kind == "close":
        raise Dropped
    if fault.kind == "lost":
        provider.answer(call, request, provider.state.note(call.name, request.method, request.path))
        raise Dropped
    if fault.kind == "hang":
        fault.freed.wait(HANGS_AT_MOST)
        raise Dropped
    if fault.kind == "wait":
        fault.freed.wait(HANGS_AT_MOST)
        note.outcome = "begun"
        return provider.answer(call, request, note)
    if fault.kind == "garbage":
        return wire.text_reply("<html>This is not what you are looking for.</html>", 200, "text/html")
    if fault.kind == "status":
        return wire.text_reply("out of order\n", fault.status or 500)
    return provider.refused(call.name, request, fault.code, fault.text or "as the test wants it", fault.status)


def made() -> dict[str, Provider]:
    return {kind.name: kind() for kind in (QQ, Weibo, GitHub, Gitee, Feishu, DingTalk, WeCom)}


def _switch(providers: dict[str, Provider], text: str) -> None:
    name, equals, value = text.partition("=")
    provider, dot, switch = name.partition(".")
    if not equals or not dot or provider not in providers:
        sys.exit(f"serve.py: --switch {text} is not PROVIDER.NAME=VALUE")
    try:
        providers[provider].settings.set_text(switch, value)
    except ValueError as error:
        sys.exit(f"serve.py: --switch {text}: {error}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port-file", type=Path, required=True, help="where to write the port, once it listens")
    parser.add_argument("--switch", action="append", default=[], metavar="PROVIDER.NAME=VALUE")
    arguments = parser.parse_args()
    Handler.providers = made()
    for text in arguments.switch:
        _switch(Handler.providers, text)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
    unfinished = arguments.port_file.with_suffix(".new")
    unfinished.write_text(f"{server.server_address[1]}\n")
    unfinished.rename(arguments.port_file)
    server.serve_forever()


if __name__ == "__main__":
    main()
