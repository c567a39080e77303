"""Names that people can say for the configurations of the data, which has only numbers.

The family says screen and processor, the number behind it is the configuration: `Tarn 15-163`.
"""

from tradewind.demo.laptop_sales import Configuration

FAMILIES = {
    (15, 1.5): "Fell",
    (15, 2.0): "Tarn",
    (15, 2.4): "Crag",
    (17, 1.5): "Holm",
    (17, 2.0): "Moor",
    (17, 2.4): "Scar",
}


def family(configuration: Configuration) -> str:
    return FAMILIES[configuration.screen_inches, configuration.processor_ghz]


def code(configuration: Configuration) -> str:
    """The product's code, fixed width so that lists sort."""
    return f"L{configuration.screen_inches}-{configuration.number:03d}"


def name(configuration: Configuration) -> str:
    return f"{family(configuration)} {configuration.screen_inches}-{configuration.number:03d}"


def description(configuration: Configuration) -> str:
    """What is inside, the way a price tag says it."""
    parts = [
        f"{configuration.screen_inches} inch",
        f"{configuration.processor_ghz:g} GHz",
        f"{configuration.ram_gb} GB memory",
        f"{configuration.disk_gb} GB disk",
        f"{configuration.battery_hours} h battery",
    ]
    parts += ["wireless"] * configuration.wireless + ["applications"] * configuration.applications
    return ", ".join(parts)
