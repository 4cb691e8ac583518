"""Pages and sockets of the demo. Granian loads this in its worker, which then ends with its parent, even a killed one."""

import signal

from dev.processes import end_with_parent

end_with_parent(signal.SIGKILL)

from config.asgi import application  # noqa: E402 loading takes seconds in which the parent may end

__all__ = ["application"]
