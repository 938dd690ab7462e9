"""Walks through pages in headless Chromium; a package, so that one local run serves all of them and ends with them."""
