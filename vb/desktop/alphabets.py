"""What is put on spare keys before anybody types: symbols that people often want and a US keyboard lacks.

Data only. In order of use: where a keyboard map has less room than they need, the last are left out.
"""

LETTERS = (
    "абвгдеёжзийклмнопрстуфхцчшщъыьэюя"  # Russian
    "äöüßéèêàçñåøæíóúáãõ"  # Western Europe
)
"""Each has a key of its own, its capital with Shift."""

SIGNS = "€’“”‘„–—…«»°№§£¿¡·"
"""Without a capital: two share a key."""
