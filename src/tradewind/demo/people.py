"""Made-up people with the names of a big city: English, Romanian, from everywhere. None of them is real."""

import random
import unicodedata
from dataclasses import dataclass

ENGLISH = (
    ("Alice", "Amelia", "Beatrice", "Charlotte", "Daisy", "Edith", "Eleanor", "Emily", "Florence",
     "Freya", "Grace", "Harriet", "Imogen", "Isla", "Jane", "Lucy", "Martha", "Matilda", "Nora",
     "Olivia", "Phoebe", "Rosie", "Ruby", "Sophie", "Alfie", "Arthur", "Benjamin", "Callum", "Charlie",
     "Edward", "Elliot", "Finley", "Frank", "George", "Harvey", "Henry", "Isaac", "Jack", "James",
     "Joseph", "Leo", "Louis", "Miles", "Oliver", "Oscar", "Ralph", "Samuel", "Theo", "Thomas"),
    ("Abbott", "Ainsworth", "Barlow", "Bellamy", "Bishop", "Bradley", "Carter", "Chadwick", "Clarke",
     "Cooper", "Dalton", "Dawson", "Ellis", "Fairfax", "Fletcher", "Foster", "Garland", "Gibson", "Hale",
     "Harding", "Hawthorne", "Holloway", "Hughes", "Ingram", "Jarvis", "Keating", "Lambert", "Lawson",
     "Marsh", "Mercer", "Nash", "Norris", "Osborne", "Palmer", "Parry", "Pemberton", "Quinn", "Rowe",
     "Sawyer", "Sinclair", "Stokes", "Thornton", "Underwood", "Vickers", "Walsh", "Whitaker", "Winslow",
     "Yates"),
)  # fmt: skip
ROMANIAN = (
    ("Adina", "Alexandra", "Alina", "Ana", "Anca", "Andreea", "Bianca", "Camelia", "Corina", "Crina",
     "Daniela", "Diana", "Elena", "Gabriela", "Ileana", "Ioana", "Irina", "Larisa", "Loredana",
     "Luminița", "Mădălina", "Maria", "Mihaela", "Oana", "Raluca", "Roxana", "Simona", "Ștefania",
     "Adrian", "Alexandru", "Andrei", "Bogdan", "Cătălin", "Ciprian", "Cosmin", "Cristian", "Dragoș",
     "Florin", "George", "Horia", "Ionuț", "Laurențiu", "Liviu", "Marius", "Mihai", "Octavian", "Radu",
     "Răzvan", "Sorin", "Ștefan", "Tudor", "Valentin", "Victor", "Vlad"),
    ("Albu", "Andronic", "Apostol", "Avram", "Bălan", "Barbu", "Botezatu", "Bucur", "Călinescu",
     "Chiriac", "Ciobanu", "Constantinescu", "Cozma", "Crăciun", "Croitoru", "Diaconu", "Dobre",
     "Dragomir", "Dumitrașcu", "Enache", "Filip", "Ghiță", "Grigore", "Iancu", "Iliescu", "Lazăr",
     "Lungu", "Manea", "Matei", "Moldovan", "Munteanu", "Neagu", "Negoiță", "Nistor", "Oprea", "Păun",
     "Petrescu", "Popa", "Preda", "Rusu", "Sava", "Stănescu", "Șerban", "Tănase", "Toma", "Țurcanu",
     "Ungureanu", "Vasile", "Voicu", "Zamfir"),
)  # fmt: skip
WORLD = (
    ("Aisha", "Amara", "Anika", "Chiamaka", "Fatima", "Ingrid", "Jasmine", "Katarzyna", "Leila", "Lin",
     "Mei", "Nadia", "Noor", "Priya", "Sakura", "Sofía", "Yasmin", "Zofia", "Abdul", "Arjun", "Chidi",
     "Diego", "Emeka", "Hassan", "Idris", "Jakub", "Kofi", "Mateo", "Omar", "Pavel", "Rafael", "Sanjay",
     "Tariq", "Wei", "Yusuf"),
    ("Achebe", "Adeyemi", "Ahmed", "Banerjee", "Begum", "Chen", "Costa", "Diallo", "Eriksson",
     "Fernandes", "García", "Hossain", "Huang", "Hussain", "Ibrahim", "Iyer", "Kaur", "Khan", "Kowalski",
     "Lewandowska", "Mensah", "Moreau", "Nguyen", "Okafor", "Okonkwo", "Osei", "Patel", "Rossi",
     "Santos", "Shah", "Silva", "Singh", "Sousa", "Tanaka", "Wójcik", "Zhang"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class MadeUpPerson:
    first_name: str
    last_name: str
    email: str
    phone: str
    language: str


def person(draw: random.Random, number: int) -> MadeUpPerson:
    """A person; `number` keeps e-mail addresses apart. Phones lie in the range kept free for fiction."""
    roll = draw.random()
    first_names, last_names = ENGLISH if roll < 0.58 else ROMANIAN if roll < 0.76 else WORLD
    if draw.random() < 0.08:
        last_names = draw.choice((ENGLISH, ROMANIAN, WORLD))[1]
    first, last = draw.choice(first_names), draw.choice(last_names)
    speaks_romanian = first_names is ROMANIAN[0] and draw.random() < 0.7
    return MadeUpPerson(
        first_name=first,
        last_name=last,
        email=f"{_plain(first)}.{_plain(last)}.{number}@post.example",
        phone=f"07700 900{draw.randrange(1000):03d}",
        language="ro" if speaks_romanian else "en",
    )


def _plain(name: str) -> str:
    """Lower case letters without marks, as e-mail addresses have them."""
    split = unicodedata.normalize("NFKD", name.replace("Ł", "L").replace("ł", "l"))
    return "".join(letter for letter in split.lower() if letter.isascii() and letter.isalpha())
