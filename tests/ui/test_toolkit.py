"""How Gradio is imported."""

from __future__ import annotations

import subprocess
import sys

from assistant.ui.toolkit import gradio, without_apps

LEAN = """
import inspect, jinja2, sys, time
from pathlib import Path
getfile, template, since = inspect.getfile, jinja2.Template, time.time()
from assistant.ui.toolkit import gradio
assert "mcp" not in sys.modules
assert inspect.getfile is getfile and jinja2.Template is template
assert "Textbox" in gradio.Textbox.submit.__doc__ and "Button" in gradio.Button.click.__doc__
assert Path(inspect.getfile(gradio.Textbox)).name == "textbox.py"
written = [stub for stub in Path(gradio.__file__).parent.rglob("*.pyi") if stub.stat().st_mtime > since]
assert not written, written
import mcp
assert mcp.__file__
"""


def test_gradio_is_imported_without_writing_stubs_and_leaves_everything_as_it_was() -> None:
    done = subprocess.run([sys.executable, "-c", LEAN], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_gradio_after_mcp_leaves_mcp_alone() -> None:
    check = "import sys, mcp; from assistant.ui.toolkit import gradio; assert sys.modules['mcp'] is mcp"
    done = subprocess.run([sys.executable, "-c", check], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_a_page_that_is_put_together_is_no_application_yet() -> None:
    made = gradio.blocks.App
    with without_apps():
        with gradio.Blocks() as page:
            gradio.Textbox()
        page.queue()
        assert page.app is None
    assert gradio.blocks.App is made
    with gradio.Blocks() as page:
        gradio.Textbox()
    assert page.app.get_blocks() is page
