"""The whole centre on one machine: servers, phones, two clients, live traffic. Real parts, one folder, one Ctrl-C."""
