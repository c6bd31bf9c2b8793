"""Copies the raw tables of the list, writes what pandas is to write, and what pandas, told how a file is to be read, says its values are.

Arguments: the list, the folder, the folder of the shared tables (VAE_TABLES_DIR).
"""
import json
import math
import os
import shutil
import sys

import pandas


def options_of(truth):
    """The arguments of read_csv, and whether there is a header and whether rows have one field more than it."""
    words = dict(word.partition("=")[::2] for word in truth.split())
    separator = {"space": r"\s+", "tab": "\t"}.get(words["sep"], words["sep"])
    options = dict(sep=separator, skiprows=int(words.get("skip", 0)), na_values=["?"], float_precision="round_trip",
                   index_col=False, low_memory=False)
    for name, argument in (("thousands", "thousands"), ("comment", "comment"), ("quote", "quotechar"), ("decimal", "decimal")):
        if name in words:
            options[argument] = words[name]
    if "na" in words:
        options["na_values"] = ["?", words["na"]]
    return options, "noheader" not in words, "rownames" in words


def read(path, truth):
    """The table as pandas reads it with the true options."""
    options, header, row_names = options_of(truth)
    if not header:
        return pandas.read_csv(path, header=None, **options), False
    if row_names:
        names = list(pandas.read_csv(path, header=0, nrows=0, **options).columns)
        options["skiprows"] += 1
        table = pandas.read_csv(path, header=None, **options)
        table.columns = [""] + ["" if name.startswith("Unnamed: ") else name for name in names]
        return table, True
    table = pandas.read_csv(path, header=0, **options)
    table.columns = ["" if name.startswith("Unnamed: ") else name for name in table.columns]
    return table, True


def cells(column):
    """A column's values: numbers, texts and null."""
    if column.dtype == bool:
        return [str(value) for value in column]
    if column.dtype == object:
        return [None if isinstance(value, float) else str(value) for value in column]
    return [float(value) if math.isfinite(value) else None for value in column]


def write_reference(table, header, path):
    columns = [cells(table.iloc[:, i]) for i in range(table.shape[1])]
    with open(path, "w", encoding="utf-8") as file:
        names = [str(name) for name in table.columns]
        file.write(json.dumps({"header": header, "columns": names}, ensure_ascii=False) + "\n")
        for row in zip(*columns):
            file.write(json.dumps(row, ensure_ascii=False) + "\n")


def write_by_pandas(reference, path):
    """Writes a table with pandas' own index from R's values."""
    with open(reference, encoding="utf-8") as file:
        names = json.loads(file.readline())["columns"]
        rows = [json.loads(line) for line in file]
    table = pandas.DataFrame(rows, columns=names).iloc[:, 1:]
    for name in table.columns:
        if set(table[name].dropna()) <= {"True", "False"} and table[name].notna().all():
            table[name] = table[name] == "True"
    table.to_csv(path)


def main():
    list_path, folder, shared = sys.argv[1:]
    for line in open(list_path, encoding="utf-8"):
        if line.startswith("#"):
            continue
        name, _, how, source, truth = line.rstrip("\n").split("\t")
        path, reference = os.path.join(folder, name), os.path.join(folder, "reference", name + ".jsonl")
        if how == "pandas":
            write_by_pandas(reference, path)
        elif how in ("raw", "shared"):
            shutil.copyfile(os.path.join(shared, source) if how == "shared" else source, path)
            table, header = read(path, truth)
            write_reference(table, header, reference)


main()
