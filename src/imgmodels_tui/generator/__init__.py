"""The image generator: sessions, the fallback, and the engines that draw a picture."""
