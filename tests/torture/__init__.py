"""What must not hurt a workspace: crashes at every step, many writers at once, full disks, dying connections.

`make torture` runs the full counts; the suite runs a smaller share of the same code (`share.count`).
"""
