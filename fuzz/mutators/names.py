"""Pieces of names that mean harm to a terminal, a page, a CI system or a parser."""

PIECES = (
    *"`|\\<>&\"'[](){}!*_~#=+-@:;,.%$/ \t\r\n\x00\x1b\x7f\x85\x9b",
    *(
        "a",
        "7",
        "é",
        "出",
        "\ud800",
        "\u202e",
        "\u200b",
        "\ufeff",
        "\ufffe",
        "\U0001f600",
    ),
    *("``", "```", "~~~", "\n\n", "\r\n", "||", "|---|", "- ", "1. ", "> ", "    "),
    *("](http://evil.example)", "![x](//evil.example/x.png)", "<http://evil.example>"),
    *(
        "http://evil.example",
        "www.evil.example",
        "javascript:alert(1)",
        "a@evil.example",
    ),
    *("@team", "#1", "GH-1", "deadbeefdeadbeef", "o/r#1", "&#64;team", "&commat;"),
    *("<script>alert(1)</script>", "</style>", "</details>", "<img src=x onerror=y>"),
    *("<!--", "-->", "]]>", "<![CDATA[", "<!DOCTYPE x>", "&lt;", "&x;", '" onload="'),
    *("::error file=x::y", "::stop-commands::z", "##[error]", "##vso[task]", "%0A::"),
    *("../", "./", "//evil.example/", "file:///etc/passwd", "C:\\x", "{0}", "{{7*7}}"),
)
