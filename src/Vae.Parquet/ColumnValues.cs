using System.Diagnostics.CodeAnalysis;
using Parquet;
using Parquet.Schema;

namespace Vae.Parquet;

/// <summary>The values of a column in a group of rows.</summary>
internal abstract class ColumnValues
{
    /// <summary>What <see cref="System.Data.Common.DbDataReader.GetFieldType"/> promises of a type.</summary>
    public const DynamicallyAccessedMemberTypes Members
        = DynamicallyAccessedMemberTypes.PublicFields | DynamicallyAccessedMemberTypes.PublicProperties;

    /// <summary>The type of the values.</summary>
    [DynamicallyAccessedMembers(Members)]
    public abstract Type Type { get; }

    /// <summary>A row's value; <see cref="DBNull"/> where it is missing.</summary>
    public abstract object this[int row] { get; }

    /// <summary>Reads the values of a group of rows.</summary>
    public abstract Task ReadAsync(ParquetRowGroupReader group, DataField field, CancellationToken cancellationToken);

    /// <summary>Numbers, and what each of them means.</summary>
    /// <typeparam name="T">How they are stored.</typeparam>
    /// <typeparam name="TValue">What they are; null where there is none.</typeparam>
    public static ColumnValues Numbers<T, [DynamicallyAccessedMembers(Members)] TValue>(Func<T, object?> convert)
        where T : struct
        => new ColumnValues<T?, TValue>(ReadNumbersAsync, number => number is { } some ? convert(some) : null);

    /// <summary>Numbers as they are stored.</summary>
    public static ColumnValues Numbers<[DynamicallyAccessedMembers(Members)] T>()
        where T : struct
        => Numbers<T, T>(number => number);

    /// <summary>Bytes, and what they mean.</summary>
    public static ColumnValues Bytes<[DynamicallyAccessedMembers(Members)] TValue>(Func<byte[], object?> convert)
        => new ColumnValues<byte[]?, TValue>(
            (group, field, values, token) => group.ReadAsync(field, values, null, token),
            bytes => bytes is null ? null : convert(bytes));

    /// <summary>Texts.</summary>
    public static ColumnValues Texts()
        => new ColumnValues<string?, string>(
            (group, field, values, token) => group.ReadAsync(field, values, null, token), text => text);

    // Where no value may be missing, Parquet.Net fills an array of numbers that may not be missing either.
    private static async ValueTask ReadNumbersAsync<T>(
        ParquetRowGroupReader group, DataField field, Memory<T?> values, CancellationToken cancellationToken)
        where T : struct
    {
        if (field.IsNullable)
        {
            await group.ReadAsync<T>(field, values, null, cancellationToken).ConfigureAwait(false);
            return;
        }

        var numbers = new T[values.Length];
        await group.ReadAsync<T>(field, numbers.AsMemory(), null, cancellationToken).ConfigureAwait(false);
        for (var row = 0; row < numbers.Length; row++)
        {
            values.Span[row] = numbers[row];
        }
    }
}

/// <summary>The values of a column as they are stored.</summary>
/// <param name="read">Reads a group's values with Parquet.Net.</param>
/// <param name="convert">A stored value's meaning.</param>
internal sealed class ColumnValues<T, [DynamicallyAccessedMembers(ColumnValues.Members)] TValue>(
    Func<ParquetRowGroupReader, DataField, Memory<T>, CancellationToken, ValueTask> read, Func<T, object?> convert) : ColumnValues
{
    private T[] _values = [];

    /// <inheritdoc/>
    [DynamicallyAccessedMembers(Members)]
    public override Type Type => typeof(TValue);

    /// <inheritdoc/>
    public override object this[int row] => convert(_values[row]) ?? DBNull.Value;

    /// <inheritdoc/>
    public override async Task ReadAsync(ParquetRowGroupReader group, DataField field, CancellationToken cancellationToken)
    {
        _values = [];                                                 // what a group had before is given back first
        var values = new T[checked((int)group.RowCount)];
        await read(group, field, values, cancellationToken).ConfigureAwait(false);
        _values = values;
    }
}
