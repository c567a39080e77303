"""A file of partners."""

from __future__ import annotations

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from tradewind.crm.channel.bulk.sheet import MOST_BYTES


class ImportForm(forms.Form):
    file = forms.FileField(
        label=_("File"),
        max_length=200,
        help_text=_("CSV in UTF-8 or XLSX, at most 20 MB and 100,000 rows. The first row names the columns."),
        widget=forms.FileInput(attrs={"accept": ".csv,.xlsx"}),
    )

    def clean_file(self) -> UploadedFile[bytes]:
        file: UploadedFile[bytes] = self.cleaned_data["file"]
        if not (file.name or "").lower().endswith((".csv", ".xlsx")):
            raise forms.ValidationError(_("Choose a file that ends with .csv or .xlsx."))
        if (file.size or 0) > MOST_BYTES:
            raise forms.ValidationError(_("The file is larger than 20 MB."))
        return file
