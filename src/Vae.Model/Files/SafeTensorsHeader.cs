using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Vae.Model;

/// <summary>
/// Reads the header of a safetensors file token by token. Only names, texts, types and places are kept, so
/// memory is bounded by the header's length on the disk, whatever the header contains.
/// </summary>
internal ref struct SafeTensorsHeader
{
    private const string MetadataName = "__metadata__";
    private const int MostDepth = 8;
    private const int MostDimensions = 64;                            // PyTorch's and numpy's own limit

    private static readonly Int128 Most = Int128.One << 100;

    private readonly Dictionary<string, SafeTensor> _tensors = [];
    private readonly Dictionary<string, string> _metadata = [];
    private readonly string _path;
    private readonly long _start;
    private readonly long _dataStart;
    private readonly long _dataLength;
    private Utf8JsonReader _json;

    private SafeTensorsHeader(string path, ReadOnlySpan<byte> header, long start, long dataLength)
    {
        _path = path;
        _start = start;
        _dataStart = start + header.Length;
        _dataLength = dataLength;
        _json = new Utf8JsonReader(header, new JsonReaderOptions { MaxDepth = MostDepth });
    }

    /// <summary>Reads a header.</summary>
    /// <param name="path">The file, for messages.</param>
    /// <param name="header">The JSON.</param>
    /// <param name="start">The header's first byte in the file.</param>
    /// <param name="dataLength">The number of bytes after the header.</param>
    /// <exception cref="CheckpointException">The header is not the JSON that safetensors wants, or
    /// contradicts the file's length.</exception>
    public static (Dictionary<string, SafeTensor> Tensors, Dictionary<string, string> Metadata) Parse(
        string path, ReadOnlySpan<byte> header, long start, long dataLength)
    {
        var parser = new SafeTensorsHeader(path, header, start, dataLength);
        try
        {
            parser.Parse();
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException)   // the latter: not Unicode
        {
            throw new CheckpointException(
                $"{path}: at byte {start + parser._json.BytesConsumed}, the header is not the JSON that safetensors wants: "
                + $"{Printable.Message(failure)}",
                failure);
        }

        parser.RequireNoGaps();
        return (parser._tensors, parser._metadata);
    }

    private void Parse()
    {
        _json.Read();
        Require(_json.TokenType == JsonTokenType.StartObject, $"the header must be a JSON object");
        var hasMetadata = false;
        while (NextProperty(out var name))
        {
            if (name == MetadataName)
            {
                Require(!hasMetadata, $"'{MetadataName}' is there twice");
                hasMetadata = true;
                ReadMetadata();
                continue;
            }

            Require(!_tensors.ContainsKey(name), $"'{Printable.Cut(name)}' is there twice");
            _tensors.Add(name, ReadTensor(name));
        }

        _json.Read();                                                 // throws where anything but white space follows
    }

    // Reads the next property's name and moves to its value; false at the object's end.
    private bool NextProperty(out string name)
    {
        _json.Read();
        var isProperty = _json.TokenType == JsonTokenType.PropertyName;
        name = isProperty ? _json.GetString()! : "";
        return isProperty && _json.Read();
    }

    private void ReadMetadata()
    {
        Require(_json.TokenType == JsonTokenType.StartObject, $"'{MetadataName}' must be a JSON object");
        while (NextProperty(out var key))
        {
            Require(_json.TokenType == JsonTokenType.String, $"'{Printable.Cut(key)}' of '{MetadataName}' must be a text");
            Require(_metadata.TryAdd(key, _json.GetString()!), $"'{Printable.Cut(key)}' of '{MetadataName}' is there twice");
        }
    }

    private SafeTensor ReadTensor(string name)
    {
        Require(_json.TokenType == JsonTokenType.StartObject, $"'{Printable.Cut(name)}' must be a JSON object");
        string? type = null;
        long[]? shape = null;
        long[]? offsets = null;
        while (NextProperty(out var property))
        {
            switch (property)
            {
                case "dtype":
                    Require(type is null, $"'dtype' of '{Printable.Cut(name)}' is there twice");
                    type = _json.TokenType == JsonTokenType.String ? _json.GetString()! : "none";
                    _json.Skip();
                    break;
                case "shape":
                    Require(shape is null, $"'shape' of '{Printable.Cut(name)}' is there twice");
                    shape = ReadNumbers(name, property, MostDimensions);
                    break;
                case "data_offsets":
                    Require(offsets is null, $"'data_offsets' of '{Printable.Cut(name)}' is there twice");
                    offsets = ReadNumbers(name, property, most: 2);
                    break;
                default:
                    _json.Skip();
                    break;
            }
        }

        return Checked(name, type, shape, offsets);
    }

    private SafeTensor Checked(string name, string? type, long[]? shape, long[]? offsets)
    {
        Require(
            SafeTensorType.All.TryGetValue(type ?? "none", out var known),
            $"'{Printable.Cut(name)}' must have a dtype of the format, such as F32, but has {Printable.Cut(type ?? "none")}");
        Require(shape is not null, $"'{Printable.Cut(name)}' must have a list 'shape'");
        Require(offsets is not null, $"'{Printable.Cut(name)}' must have a list 'data_offsets'");
        Require(shape!.All(length => length >= 0), $"'{Printable.Cut(name)}' must have no negative length in its shape");
        Require(offsets is { Length: 2 }, $"'{Printable.Cut(name)}' must have two data_offsets");

        var (start, end, bits) = (offsets![0], offsets[1], BitsOf(shape!, known!.Bits));
        Require(bits % 8 == 0, $"'{Printable.Cut(name)}' must take whole bytes, but takes {bits} bits");
        Require(
            start >= 0 && start <= end && end <= _dataLength && end - (Int128)start == bits / 8,
            $"'{Printable.Cut(name)}' must take {Shown(bits / 8)} bytes within the {_dataLength} of the file, "
            + $"but claims those from {start} to {end}");
        return new SafeTensor(known, shape!, _dataStart + start, end - start);
    }

    // Beyond 2^100, which no file reaches, the product is no longer computed.
    private static Int128 BitsOf(long[] shape, int bits)
    {
        if (shape.Contains(0))
        {
            return 0;
        }

        Int128 product = bits;
        foreach (var length in shape)
        {
            if (product > Most / length)
            {
                return Most;
            }

            product *= length;
        }

        return product;
    }

    private static string Shown(Int128 bytes) => bytes < Most / 8 ? $"{bytes}" : "2^97 or more";

    // The lists are short, so a list of a million is refused before it is read.
    private long[] ReadNumbers(string name, string property, int most)
    {
        Require(_json.TokenType == JsonTokenType.StartArray, $"'{Printable.Cut(name)}' must have a list '{property}'");
        var numbers = new List<long>(2);
        while (_json.Read() && _json.TokenType != JsonTokenType.EndArray)
        {
            var number = 0L;
            Require(
                _json.TokenType == JsonTokenType.Number && _json.TryGetInt64(out number),
                $"'{property}' of '{Printable.Cut(name)}' must be whole numbers");
            Require(numbers.Count < most, $"'{property}' of '{Printable.Cut(name)}' must be at most {most} numbers");
            numbers.Add(number);
        }

        return [.. numbers];
    }

    // The format wants every byte to belong to exactly one tensor; a tensor without bytes may stand anywhere between two.
    private readonly void RequireNoGaps()
    {
        var end = _dataStart;
        foreach (var (name, tensor) in _tensors.OrderBy(pair => pair.Value.Position).ThenBy(pair => pair.Value.Length))
        {
            if (tensor.Position != end)
            {
                throw Wrong(
                    end,
                    $"'{Printable.Cut(name)}' must begin at {end - _dataStart}, where the tensor before it ends, "
                    + $"but begins at {tensor.Position - _dataStart}");
            }

            end += tensor.Length;
        }

        if (end != _dataStart + _dataLength)
        {
            throw Wrong(end, $"the tensors end at {end - _dataStart}, but the file goes on to {_dataLength}");
        }
    }

    private readonly void Require(bool holds, [InterpolatedStringHandlerArgument(nameof(holds))] Unless what)
    {
        if (!holds)
        {
            throw Wrong(_start + _json.TokenStartIndex, what.ToString());
        }
    }

    private readonly CheckpointException Wrong(long offset, string what)
        => new($"{_path}: at byte {offset}, {what}. The file is damaged, or not a safetensors file.");
}
