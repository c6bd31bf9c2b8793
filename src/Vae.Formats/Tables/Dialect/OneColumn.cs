using System.Globalization;

namespace Vae.Formats;

/// <summary>Finds a table of one column whose numbers have a decimal comma. Its lines look like two fields between which the comma
/// stands, but its name is one field.</summary>
internal static class OneColumn
{
    private const int MostRecords = 1000;
    private const char Absent = '\x1F';                               // a delimiter that no text has

    /// <summary>The dialect of such a table; null where the table is none.</summary>
    public static CsvDialect? Detect(TableSample sample, CsvTableOptions options)
    {
        var syntax = new CsvSyntax(Absent);
        var records = sample.Records(syntax, MostRecords);
        if (options.DecimalComma == false || options.HasHeader == false || records.Count < 2)
        {
            return null;
        }

        var (name, fields) = (records[0][0], records.Skip(1).Select(record => record[0]).ToList());
        var forms = fields.Where(field => !FieldForm.IsHole(field)).Select(field => NumberForms.Of(field)).ToList();
        var areNumbers = forms.TrueForAll(form => form is NumberForm.Whole or NumberForm.Comma or NumberForm.CommaOrGroup)
            && forms.Contains(NumberForm.Comma);
        var isName = !name.AsSpan().ContainsAny(",;|\t") && NumberForms.Of(name) == NumberForm.None;
        return areNumbers && isName && !AreRowNumbers(fields)
            ? new CsvDialect(syntax, new NumberNotation(',', null)) { HasHeader = true, FirstLine = records[0].Line }
            : null;
    }

    // 1,5 and 2,7 and 3,1 are values after the numbers of their rows, as R writes them.
    private static bool AreRowNumbers(List<string> fields)
    {
        var start = fields[0].Split(',')[0] is "0" ? 0 : 1;
        return fields.Count > 1
            && !fields.Where((field, i) => field.Split(',')[0] != (start + i).ToString(CultureInfo.InvariantCulture)).Any();
    }
}
