"""Asks kindred over the Model Context Protocol with the protocol's own Python client (the package mcp).

Usage: mcp_client.py BINARY FOLDER URL. Each transport is asked in both eras of the protocol, with the handshake
(legacy) and without (auto). The client holds every answer against the schema that its tool declares. Prints what
it found out as JSON; ends with a traceback where something is wrong.
"""

import asyncio
import json
import sys

from mcp import Client, StdioServerParameters

BOOT = "arxiv:2306.05544"


def text(result):
    return "\n".join(c.text for c in result.content if c.type == "text")


async def answered(client, tool, **arguments):
    result = await client.call_tool(tool, arguments)
    assert not result.is_error, (tool, arguments, text(result))
    assert text(result), (tool, arguments)
    return result.structured_content


async def ask(server, mode):
    async with Client(server, mode=mode) as client:
        assert client.server_info.name == "kindred", client.server_info
        about = await answered(client, "about")
        assert f"{about['papers']} research papers" in client.instructions, client.instructions
        tools = sorted(t.name for t in (await client.list_tools()).tools)
        similar = await answered(client, "similar", ids=[BOOT], n=3, reasons=True)
        assert [p["rank"] for p in similar["papers"]] == [1, 2, 3], similar
        first = similar["papers"][0]
        library = await answered(client, "for_library", library=[BOOT], n=3)
        assert len(library["papers"]) == 3 and BOOT not in [p["id"] for p in library["papers"]], library
        paper = await answered(client, "paper", id=first["id"])
        assert paper["title"] == first["title"], (paper, first)
        found = await answered(client, "search", query=f'title:"{first["title"]}"', n=1)
        assert found["papers"][0]["id"] == first["id"], found
        topics = await answered(client, "topics", level="tree")
        detail = await answered(client, "topic", id=topics["topics"][0]["id"], n=2)
        assert len(detail["newest_papers"]) == 2, detail
        await answered(client, "trends", period="year")
        classes = await answered(client, "classify", text="Distilling diffusion models")
        assert classes["topics"], classes
        refused = await client.call_tool("similar", {"ids": ["arxiv:9999.99999"]})
        assert refused.is_error and "search" in text(refused), refused
        read = await client.read_resource(f"kindred://papers/{BOOT}")
        assert read.contents[0].text.startswith("BOOT"), read
        return {
            "version": client.protocol_version,
            "tools": tools,
            "papers": about["papers"],
            "similar": [p["id"] for p in similar["papers"]],
        }


async def main(binary, folder, url):
    stdio = StdioServerParameters(command=binary, args=["mcp", "--data", folder])
    out = {}
    for name, server in (("stdio", stdio), ("http", url)):
        for mode in ("auto", "legacy"):
            out[f"{name} {mode}"] = await asyncio.wait_for(ask(server, mode), 60)
    print(json.dumps(out))


asyncio.run(main(*sys.argv[1:]))
