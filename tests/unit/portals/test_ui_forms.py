"""Django's forms in the dress of the kit."""

import re

from django import forms

from tradewind.portals.ui import controls
from tradewind.portals.ui.samples import SampleForm


class Letter(forms.Form):
    to = forms.EmailField(label="To", help_text="One <b>address</b>")
    copies = forms.IntegerField(label="Copies", widget=forms.NumberInput(attrs={"class": "short"}))
    secret = forms.CharField(widget=forms.HiddenInput)

    def clean(self) -> None:
        raise forms.ValidationError("Not today.")


def test_label_hint_control_and_error_come_in_this_order() -> None:
    group = Letter({"to": "nobody"})["to"].as_field_group()
    order = [group.index(part) for part in ("<label", 'class="hint"', "<input", 'class="error"')]
    assert order == sorted(order)


def test_a_control_names_its_hint_and_its_error() -> None:
    group = Letter({"to": "nobody"})["to"].as_field_group()
    described = re.search(r'aria-describedby="([^"]+)"', group)
    assert described is not None
    assert all(f'id="{name}"' in group for name in described[1].split())
    assert 'aria-invalid="true"' in group


def test_each_fault_of_a_control_stands_by_itself() -> None:
    letter = Letter({"to": "somebody@example.org"})
    letter.full_clean()
    letter.add_error("to", ["First fault.", "Second fault."])
    group = letter["to"].as_field_group()
    assert "<span>First fault.</span><span>Second fault.</span>" in group


def test_a_hint_is_escaped() -> None:
    assert "One &lt;b&gt;" in Letter()["to"].as_field_group()


def test_the_kit_adds_its_class_to_those_of_the_widget() -> None:
    assert 'class="input short"' in controls.control(Letter()["copies"])


def test_a_hidden_field_stays_hidden() -> None:
    assert Letter()["secret"].as_field_group().strip().startswith('<input type="hidden"')


def test_the_summary_has_the_form_s_own_fault_first_and_leads_to_each_field() -> None:
    found = list(controls.problems(Letter({"to": "nobody", "copies": "2", "secret": "x"})))
    assert [problem.target for problem in found] == ["", "id_to"]
    assert found[0].text == "Not today."


def test_a_form_without_faults_has_no_summary() -> None:
    assert "error-summary" not in str(SampleForm())


def test_a_whole_form_shows_every_field_once() -> None:
    written = str(SampleForm(SampleForm.FAULTY))
    for name in SampleForm.base_fields:
        assert f'name="{name}"' in written
    assert written.count("error-summary") == 3  # the box, its name, and the reference to it


def test_what_was_typed_is_kept_beside_its_error() -> None:
    assert 'value="-1"' in SampleForm(SampleForm.FAULTY)["value"].as_field_group()


def test_a_group_of_choices_is_a_fieldset_that_the_summary_can_reach() -> None:
    group = SampleForm({})["channels"].as_field_group()
    assert group.strip().startswith("<fieldset")
    assert 'id="id_channels"' in group
