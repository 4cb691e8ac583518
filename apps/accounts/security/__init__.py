"""How people sign in: the page, the alarm about new devices, and the way in through Upwork."""
