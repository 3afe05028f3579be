"""The pictures of README and docs, from a running demo: URL [FOLDER]. WebP, made by Chromium itself."""

import base64
import sys
from pathlib import Path

from playwright.sync_api import Browser, Error, sync_playwright

from tools.screenshots import PANEL, PREVIEW, ROW, Shot, chromium, reach, visitor

# By file name: who looks, in which theme, how wide and high, and at what.
PICTURES = {
    "overview": ("platform_admin", "light", 1280, 860, Shot("overview", "/")),
    "environments": ("platform_admin", "dark", 1280, 800, Shot("environments", "/environments/")),
    "app": ("app_owner", "light", 1280, 860, Shot("app", "/apps/", PANEL)),
    "upload": ("app_owner", "light", 1280, 760, Shot("upload", "/apps/", PREVIEW)),
    "rotation": ("platform_admin", "dark", 1280, 860, Shot("rotation", "/rotations/", (f">{ROW} >> text=*.",))),
    "phone": ("manager", "light", 390, 800, Shot("overview", "/")),
}
# Good enough that text stays crisp, at a third of a PNG.
ENCODE = """async (png) => {
  const picture = await createImageBitmap(await (await fetch(`data:image/png;base64,${png}`)).blob());
  const canvas = new OffscreenCanvas(picture.width, picture.height);
  canvas.getContext("2d").drawImage(picture, 0, 0);
  const bytes = new Uint8Array(await (await canvas.convertToBlob({ type: "image/webp", quality: 0.7 })).arrayBuffer());
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
}"""


def main(url: str, folder: str = "docs/pictures") -> None:
    target = Path(folder)
    target.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox", "--disable-gpu"])
        for name, (role, theme, width, height, shot) in PICTURES.items():
            context = visitor(browser, url.rstrip("/"), role, theme, width)
            page = context.new_page()
            page.set_viewport_size({"width": width, "height": height})
            reach(page, url.rstrip("/"), shot)
            path = target / f"{name}.webp"
            path.write_bytes(_webp(browser, page.screenshot()))
            context.close()
            print(f"{path}  {path.stat().st_size // 1000} kB")
        browser.close()


def _webp(browser: Browser, png: bytes) -> bytes:
    page = browser.new_page()
    encoded: str = page.evaluate(ENCODE, base64.b64encode(png).decode())
    page.close()
    return base64.b64decode(encoded)


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except Error as error:
        sys.exit(f"No picture could be taken; is certdash running there? {error.message.splitlines()[0]}")
