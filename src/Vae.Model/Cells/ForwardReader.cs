using System.Collections;
using System.Data.Common;
using System.Globalization;

namespace Vae.Model;

/// <summary>The base of a data reader over a file: one result set of rows that are read once, in order. A derived class says
/// what the columns are, moves to the next row and gives a value; everything else follows from those.</summary>
internal abstract class ForwardReader : DbDataReader
{
    private bool _isClosed;

    /// <inheritdoc/>
    public override int Depth => 0;

    /// <inheritdoc/>
    public override bool HasRows => true;

    /// <inheritdoc/>
    public override bool IsClosed => _isClosed;

    /// <inheritdoc/>
    public override int RecordsAffected => -1;

    /// <inheritdoc/>
    public override object this[int ordinal] => GetValue(ordinal);

    /// <inheritdoc/>
    public override object this[string name] => GetValue(GetOrdinal(name));

    /// <inheritdoc/>
    public override bool NextResult() => false;

    /// <inheritdoc/>
    public override int GetOrdinal(string name)
    {
        for (var field = 0; field < FieldCount; field++)
        {
            if (GetName(field) == name)
            {
                return field;
            }
        }

#pragma warning disable CA2201 // The contract of IDataRecord wants this type.
        throw new IndexOutOfRangeException($"There is no column '{Printable.Cut(name)}'.");
#pragma warning restore CA2201
    }

    /// <inheritdoc/>
    public override bool IsDBNull(int ordinal) => GetValue(ordinal) is DBNull;

    /// <inheritdoc/>
    public override int GetValues(object[] values)
    {
        ArgumentNullException.ThrowIfNull(values);
        var count = int.Min(values.Length, FieldCount);
        for (var field = 0; field < count; field++)
        {
            values[field] = GetValue(field);
        }

        return count;
    }

    /// <inheritdoc/>
    public override string GetDataTypeName(int ordinal) => GetFieldType(ordinal).Name;

    /// <inheritdoc/>
    public override bool GetBoolean(int ordinal) => Convert.ToBoolean(GetValue(ordinal), CultureInfo.InvariantCulture);

    /// <inheritdoc/>
    public override byte GetByte(int ordinal) => Convert.ToByte(GetValue(ordinal), CultureInfo.InvariantCulture);

    /// <inheritdoc/>
    public override char GetChar(int ordinal) => Convert.ToChar(GetValue(ordinal), CultureInfo.InvariantCulture);

    /// <inheritdoc/>
    public override DateTime GetDateTime(int ordinal) => Convert.ToDateTime(GetValue(ordinal), CultureInfo.InvariantCulture);

    /// <inheritdoc/>
    public override decimal GetDecimal(int ordinal) => Convert.ToDecimal(GetValue(ordinal), CultureInfo.InvariantCulture);

    /// <inheritdoc/>
    public override double GetDouble(int ordinal) => Convert.ToDouble(GetValue(ordinal), CultureInfo.InvariantCulture);

    /// <inheritdoc/>
    public override float GetFloat(int ordinal) => Convert.ToSingle(GetValue(ordinal), CultureInfo.InvariantCulture);

    /// <inheritdoc/>
    public override short GetInt16(int ordinal) => Convert.ToInt16(GetValue(ordinal), CultureInfo.InvariantCulture);

    /// <inheritdoc/>
    public override int GetInt32(int ordinal) => Convert.ToInt32(GetValue(ordinal), CultureInfo.InvariantCulture);

    /// <inheritdoc/>
    public override long GetInt64(int ordinal) => Convert.ToInt64(GetValue(ordinal), CultureInfo.InvariantCulture);

    /// <inheritdoc/>
    public override string GetString(int ordinal)
        => Convert.ToString(GetValue(ordinal), CultureInfo.InvariantCulture) ?? "";

    /// <inheritdoc/>
    public override Guid GetGuid(int ordinal)
        => GetValue(ordinal) is Guid id ? id : Guid.Parse(GetString(ordinal), CultureInfo.InvariantCulture);

    /// <inheritdoc/>
    public override long GetBytes(int ordinal, long dataOffset, byte[]? buffer, int bufferOffset, int length)
        => Copy((byte[])GetValue(ordinal), dataOffset, buffer, bufferOffset, length);

    /// <inheritdoc/>
    public override long GetChars(int ordinal, long dataOffset, char[]? buffer, int bufferOffset, int length)
        => Copy(GetString(ordinal).AsSpan(), dataOffset, buffer, bufferOffset, length);

    /// <inheritdoc/>
    public override IEnumerator GetEnumerator() => new DbEnumerator(this);

    /// <inheritdoc/>
    public override void Close() => _isClosed = true;

    // Without a buffer, the length of the whole value is asked for.
    private static long Copy<T>(ReadOnlySpan<T> value, long from, T[]? buffer, int at, int length)
    {
        if (buffer is null)
        {
            return value.Length;
        }

        var rest = value[(int)long.Clamp(from, 0, value.Length)..];
        var copied = rest[..int.Min(rest.Length, length)];
        copied.CopyTo(buffer.AsSpan(at));
        return copied.Length;
    }
}
