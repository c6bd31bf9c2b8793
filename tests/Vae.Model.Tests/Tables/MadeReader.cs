using System.Collections;
using System.Data.Common;
using System.Text;

namespace Vae.Model.Tests.Tables;

/// <summary>A reader of rows that a test makes. The type of a field is that of its value in the current row, as SQLite's
/// is, or one that a test says.</summary>
internal class MadeReader(string[] names, IEnumerable<object?[]> rows, Type? claimed = null) : DbDataReader
{
    private readonly IEnumerator<object?[]> _rows = rows.GetEnumerator();

    public override int FieldCount => names.Length;

    public override int Depth => 0;

    public override bool HasRows => true;

    public override bool IsClosed => false;

    public override int RecordsAffected => 0;

    public override object this[int ordinal] => GetValue(ordinal);

    public override object this[string name] => GetValue(GetOrdinal(name));

    public override bool Read() => _rows.MoveNext();

    public override bool NextResult() => false;

    public override bool IsDBNull(int ordinal) => _rows.Current[ordinal] is null or DBNull;

    public override object GetValue(int ordinal) => _rows.Current[ordinal] ?? DBNull.Value;

    public override Type GetFieldType(int ordinal) => claimed ?? GetValue(ordinal).GetType();

    public override string GetName(int ordinal) => names[ordinal];

    public override int GetOrdinal(string name) => Array.IndexOf(names, name);

    public override string GetDataTypeName(int ordinal) => GetFieldType(ordinal).Name;

    public override bool GetBoolean(int ordinal) => (bool)GetValue(ordinal);

    public override byte GetByte(int ordinal) => (byte)GetValue(ordinal);

    public override char GetChar(int ordinal) => (char)GetValue(ordinal);

    public override DateTime GetDateTime(int ordinal) => (DateTime)GetValue(ordinal);

    public override decimal GetDecimal(int ordinal) => (decimal)GetValue(ordinal);

    public override double GetDouble(int ordinal) => (double)GetValue(ordinal);

    public override float GetFloat(int ordinal) => (float)GetValue(ordinal);

    public override Guid GetGuid(int ordinal) => (Guid)GetValue(ordinal);

    public override short GetInt16(int ordinal) => (short)GetValue(ordinal);

    public override int GetInt32(int ordinal) => (int)GetValue(ordinal);

    public override long GetInt64(int ordinal) => (long)GetValue(ordinal);

    public override string GetString(int ordinal) => (string)GetValue(ordinal);

    public override IEnumerator GetEnumerator() => throw new NotSupportedException();

    public override int GetValues(object[] values) => throw new NotSupportedException();

    public override long GetBytes(int ordinal, long dataOffset, byte[]? buffer, int bufferOffset, int length)
        => throw new NotSupportedException();

    public override long GetChars(int ordinal, long dataOffset, char[]? buffer, int bufferOffset, int length)
        => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        _rows.Dispose();
        base.Dispose(disposing);
    }
}

/// <summary>A reader of fields in UTF-8: lines with bars between the fields, the first with the names. Empty lines are no
/// rows.</summary>
internal sealed class MadeFields(string[] lines) : MadeReader(lines[0].Split('|'), []), IUtf8Fields
{
    private byte[][] _row = [];
    private int _line = 1;

    public long Line => _line;

    public byte DecimalPoint { get; init; } = (byte)'.';

    public byte ThousandsSeparator { get; init; }

    public double ShareRead => (double)_line / lines.Length;

    public static MadeFields Of(params string[] lines) => new(lines);

    public ReadOnlySpan<byte> Utf8(int field) => _row[field];

    public override bool Read()
    {
        while (_line < lines.Length && lines[_line].Length == 0)
        {
            _line++;
        }

        if (_line == lines.Length)
        {
            return false;
        }

        _row = [.. lines[_line++].Split('|').Select(Encoding.UTF8.GetBytes)];
        return true;
    }

    public override object GetValue(int ordinal) => throw new NotSupportedException("Fields are read in UTF-8.");
}
