using System.Globalization;

namespace Vae.Formats;

/// <summary>Finds a table of one column whose numbers have a decimal comma. Its lines look like two fields between which
/// the comma
/// stands, but its name is one field.</summary>
internal static class OneColumn
{
    private const int FewRecords = 20;                                // show that most tables are no such table
    private const int MostRecords = 1000;
    private const char Absent = '\x1F';                               // a delimiter that no text has

    /// <summary>The dialect of such a table; null where the table is none.</summary>
    public static CsvDialect? Detect(TableSample sample, CsvTableOptions options)
    {
        var syntax = new CsvSyntax(Absent);
        return options.DecimalComma != false
            && options.HasHeader != false
            && Is(sample.Records(syntax, FewRecords), needsCommas: false)
            && sample.Records(syntax, MostRecords) is var records
            && Is(records, needsCommas: true)
                ? new CsvDialect(syntax, new NumberNotation(',', null)) { HasHeader = true, FirstLine = records[0].Line }
                : null;
    }

    private static bool Is(List<SampleRecord> records, bool needsCommas)
    {
        if (records.Count < 2)
        {
            return false;
        }

        var (name, fields) = (records[0][0], records.Skip(1).Select(record => record[0]).ToList());
        var forms = fields.Where(field => !FieldForm.IsHole(field)).Select(field => NumberForms.Of(field)).ToList();
        return !name.AsSpan().ContainsAny(",;|\t")
            && NumberForms.Of(name) == NumberForm.None
            && forms.TrueForAll(form => form is NumberForm.Whole or NumberForm.Comma or NumberForm.CommaOrGroup)
            && (!needsCommas || forms.Contains(NumberForm.Comma))
            && !AreRowNumbers(fields);
    }

    // 1,5 and 2,7 and 3,1 are values after the numbers of their rows, as R writes them.
    private static bool AreRowNumbers(List<string> fields)
    {
        var start = fields[0].Split(',')[0] is "0" ? 0 : 1;
        return fields.Count > 1
            && !fields.Where((field, i) => field.Split(',')[0] != (start + i).ToString(CultureInfo.InvariantCulture)).Any();
    }
}
