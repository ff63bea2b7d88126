"""Attempts to carry addresses, keys, ways to reach a person, places and sellers' words in with a listing."""

from __future__ import annotations

import pandas as pd
import pytest

import ilp_toolkit as ilp

KEY = b"a key for the tests, long enough"
ONION = "abcdefghij234567klmnopqrstuvwxyz234567abcdefghij234567ab"
SECRETS = {
    "onion": ["abcdefgh234567ij.onion", f"{ONION}.onion/item/5", "abcdefgh234567ij [.] onion", "abcdefgh234567ij(dot)onion",
              "ABCDEFGH234567IJ . ONION", "abcdefgh234567ij\u200b.on\u200bion", "shop.i2p"],
    "link": ["https://shop.example", "hxxps://shop[.]example", "www.shop.example", "t.me/shopname", "shopname.ru"],
    "key": ["-----BEGIN PGP PUBLIC KEY BLOCK-----\nmQENBFabc", "ABCD 1234 EF56 7890 ABCD  1234 EF56 7890 ABCD 1234", "0xDEADBEEF12345678",
            "mQENBFabcDEFghiJKLmnoPQRstuVWXyz0123456789abcDEF"],
    "email": ["seller@example.org", "seller [at] example [dot] org", "seller(at)example(dot)org", "ｓｅｌｌｅｒ@example.org"],
    "wallet": ["1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4",
               "4" + "A" * 94, "0x" + "ab" * 20],
    "handle": ["write @sellername", "wickr: sellername", "telegram - sellername", "Телеграм: sellername", "jabber=sellername"],
    "phone": ["+992 90 123-45-67", "тел. 90 123 45 67", "8 (495) 123-45-67", "whatsapp 996555123456"],
    "coordinates": ["41.31123, 69.27987", "38,55988 68,78704", "41°18'40\""],
}  # fmt: skip
CASES = [(kind, text) for kind, texts in SECRETS.items() for text in texts]
COLUMNS = ["title", "description", "remarks", "category", "ships from", "ships to", "market", "drug", "link", "colour",
           "rating", "unit", "currency", "purity"]  # fmt: skip


def dump(**cells):
    row = {"vendor": "A", "title": "5 g hash", "price": "$40", "date": "2025-01-01", **cells}
    return pd.DataFrame({name: [cell] for name, cell in row.items()})


def everything(intake) -> str:
    parts = [
        intake.table.to_csv(),
        intake.rejected.to_csv(),
        intake.report.to_csv(),
        str(intake.choices),
        repr(intake),
    ]
    parts.append(str(intake.table.attrs))
    return "\n".join(parts)


def telling(text) -> list[str]:
    """Return the pieces of a secret that would give it away."""
    words = [
        word
        for word in text.replace("\n", " ").split()
        if len(word) > 5 and word.casefold() not in {"(dot)onion", "telegram"}
    ]
    return [word for word in words if word != "seller"] or [text]


@pytest.mark.attack
@pytest.mark.parametrize(("kind", "text"), CASES, ids=lambda value: repr(value)[:40])
def test_what_must_not_come_in_is_refused_counted_and_nowhere_in_the_result(kind, text):
    intake = ilp.read_listings(dump(description=f"fast and safe {text} thanks"), key=KEY)
    assert f"refused_{kind}" in str(intake.table["flags"][0]).split()
    assert intake.report.set_index("check")["n"][f"refused_{kind}"] == 1
    assert len(intake.table) == 1
    left = everything(intake)
    for piece in telling(text):
        assert piece not in left, piece


@pytest.mark.attack
@pytest.mark.parametrize("column", COLUMNS)
def test_no_column_lets_an_address_through(column):
    secret = "abcdefgh234567ij.onion and seller@example.org"
    intake = ilp.read_listings(dump(**{column: secret}), key=KEY)
    left = everything(intake)
    assert "abcdefgh234567ij" not in left
    assert "example.org" not in left
    assert {"refused_onion", "refused_email"} <= set(intake.table["flags"][0].split())


@pytest.mark.attack
@pytest.mark.parametrize("column", ["title", "description", "remarks", "colour", "link", "vendor"])
def test_no_word_of_a_seller_is_left(column):
    canary = "velvetthunder gift with every order"
    intake = ilp.read_listings(dump(**{column: canary}), key=KEY)
    assert "velvetthunder" not in everything(intake)


@pytest.mark.attack
def test_a_column_that_is_kept_comes_without_the_cells_that_hold_an_address():
    rows = pd.concat([dump(colour="red"), dump(colour="write to seller@example.org")], ignore_index=True)
    intake = ilp.read_listings(rows, key=KEY, keep="colour")
    assert intake.table["colour"].fillna("").tolist() == ["red", ""]
    assert "example.org" not in everything(intake)


@pytest.mark.attack
@pytest.mark.parametrize("role", ["title", "vendor", "description", "ships from", "price"])
def test_rejected_rows_hold_no_text_either(role):
    row = {
        "title": "",
        "vendor": "",
        "price": "",
        "description": "",
        "ships from": "",
        "quantity": "seller@example.org",
    }
    again = {"title": "title", "vendor": "velvetthunder", "price": "price", role: "price" if role == "price" else "velvetthunder",
             "description": "velvetthunder"}  # fmt: skip
    intake = ilp.read_listings(pd.DataFrame([row, again]).fillna(""), key=KEY)
    assert len(intake.rejected) == 2
    left = everything(intake)
    assert "velvetthunder" not in left
    assert "example.org" not in left


@pytest.mark.attack
def test_a_line_that_is_no_record_leaves_only_its_length(tmp_path):
    path = tmp_path / "dump.csv"
    lines = [f"A{n},5 g hash,$4{n}" for n in range(30)]
    lines[7] = 'A7,"velvetthunder, seller@example.org, abcdefgh234567ij.onion,x,y,z,$47'
    path.write_text("vendor,title,price\n" + "\n".join(lines) + "\n", encoding="utf-8")
    intake = ilp.read_listings(path, key=KEY)
    left = everything(intake)
    assert "velvetthunder" not in left
    assert "example.org" not in left
    assert "abcdefgh234567ij" not in left


@pytest.mark.attack
def test_a_header_that_is_an_address_is_not_repeated():
    rows = dump(**{"seller@example.org": "x"})
    assert "example.org" not in ilp.read_listings(rows, key=KEY).report.to_csv()


@pytest.mark.attack
def test_the_key_is_nowhere_in_the_result_and_names_cannot_be_tried_without_it():
    intake = ilp.read_listings(dump(), key=KEY)
    left = everything(intake)
    assert KEY.decode() not in left
    assert KEY.hex() not in left
    other = ilp.read_listings(dump(), key=b"another key, of the same length!")
    assert not set(intake.table["vendor_id"]) & set(other.table["vendor_id"])
    assert ilp.listings.account_code("A", key=KEY) == intake.table["vendor_id"][0]


@pytest.mark.attack
def test_a_key_block_becomes_a_code_that_is_the_same_for_the_same_key():
    block = "-----BEGIN PGP PUBLIC KEY BLOCK-----\nmQENBFabcDEFghiJKLmnoPQRstuVWXyz0123456789\n-----END PGP PUBLIC KEY BLOCK-----"
    rows = pd.concat(
        [dump(pgp=block), dump(vendor="B", pgp=block), dump(vendor="C", pgp="")], ignore_index=True
    )
    intake = ilp.read_listings(rows, key=KEY)
    codes = intake.table["pgp_id"]
    assert codes[0] == codes[1]
    assert pd.isna(codes[2])
    assert "mQENBF" not in everything(intake)
    assert "refused_key" in intake.table["flags"][0]


@pytest.mark.legitimate
@pytest.mark.parametrize(
    "text", ["hash 5 g, 10 x 2 g", "25I-NBOMe 1.5 mg", "99.9% pure, 3.5 g", "5-MeO-DMT 100mg", "ships in 2-3 days", "from XA to XB",
             "100 x 120 mg pills", "quality 10/10", "price 0.123456 BTC", "24/7 support", "no. 4, A+++ stock"])  # fmt: skip
def test_ordinary_words_of_a_listing_are_not_refused(text):
    intake = ilp.read_listings(dump(description=text), key=KEY)
    assert "refused_" not in str(intake.table["flags"][0])
