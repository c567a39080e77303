"""Wires portals and rooms into one Django project. Imported by nobody but the command line.

`settings` is one file and reads the environment through `environment`; `urls` mounts the portals; `public` lists the
views that need no sign-in; `checks` refuses or warns about unsafe settings; `logs` keeps secrets out of log lines.
"""
