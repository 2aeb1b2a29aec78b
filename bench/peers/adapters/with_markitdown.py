"""markitdown: the file as Markdown."""

from _common import of_markdown, run
from markitdown import MarkItDown

converter = MarkItDown()
run(lambda path: of_markdown(converter.convert(path).text_content))
