"""The browser of the browser tests is a real one."""

from playwright.sync_api import Browser


def test_chromium_runs_scripts(chromium: Browser) -> None:
    page = chromium.new_page()
    page.set_content("<p>before</p><script>document.querySelector('p').textContent = 'after'</script>")
    assert page.inner_text("p") == "after"
    page.close()
