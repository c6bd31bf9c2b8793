using System.Buffers.Binary;
using System.Text;
using System.Text.Json;

namespace Vae.Faults.Tests;

/// <summary>
/// A good safetensors file whose header's claims are changed one by one and written as well-formed JSON again.
/// </summary>
internal sealed class DamagedHeader
{
    private readonly List<TensorClaim> _tensors;
    private readonly List<(string Key, string Text)> _texts;
    private byte[] _data;
    private long _lengthError;

    public DamagedHeader(byte[] good)
    {
        var length = (int)BinaryPrimitives.ReadUInt64LittleEndian(good);
        using var header = JsonDocument.Parse(good.AsMemory(8, length));
        var (all, metadata) = (header.RootElement, header.RootElement.GetProperty("__metadata__"));
        _tensors = [.. all.EnumerateObject().Where(property => property.Name != "__metadata__").Select(TensorClaim.Of)];
        _texts = [.. metadata.EnumerateObject().Select(text => (text.Name, text.Value.GetString()!))];
        _data = good[(8 + length)..];
    }

    public byte[] File
    {
        get
        {
            var texts = string.Join(
                ',', _texts.Select(text => $"{JsonSerializer.Serialize(text.Key)}:{JsonSerializer.Serialize(text.Text)}"));
            var header = Encoding.UTF8.GetBytes($$$"""{"__metadata__":{{{{texts}}}},{{{string.Join(',', _tensors)}}}}""");
            byte[] file = [.. new byte[8], .. header, .. _data];
            BinaryPrimitives.WriteInt64LittleEndian(file, header.Length + _lengthError);
            return file;
        }
    }

    /// <summary>Changes one of the texts.</summary>
    public DamagedHeader WithText(string key, Func<string, string> change)
    {
        var place = _texts.FindIndex(text => text.Key == key);
        _texts[place] = (key, change(_texts[place].Text));
        return this;
    }

    /// <summary>Changes the bytes of the last tensor, which may become longer or shorter.</summary>
    public DamagedHeader WithLast(Func<byte[], byte[]> change)
    {
        var last = _tensors[^1];
        var bytes = change(_data[(int)last.Start..]);
        _data = [.. _data[..(int)last.Start], .. bytes];
        _tensors[^1] = last with { Shape = [bytes.Length], End = last.Start + bytes.Length };
        return this;
    }

    /// <summary>Changes bytes of a tensor.</summary>
    public DamagedHeader WithBytes(string tensor, Func<byte[], byte[]> change)
    {
        var (start, end) = _tensors.Where(one => one.Name == tensor).Select(one => ((int)one.Start, (int)one.End)).Single();
        _data = [.. _data[..start], .. change(_data[start..end]), .. _data[end..]];
        return this;
    }

    /// <summary>Puts other bytes in the place of a tensor; those behind it move.</summary>
    public DamagedHeader WithInserted(string tensor, byte[] bytes, long[] shape)
    {
        var place = _tensors.FindIndex(one => one.Name == tensor);
        var old = _tensors[place];
        _data = [.. _data[..(int)old.Start], .. bytes, .. _data[(int)old.End..]];
        var moved = bytes.Length - (old.End - old.Start);
        _tensors[place] = old with { Shape = shape, End = old.End + moved };
        for (var i = 0; i < _tensors.Count; i++)
        {
            var other = _tensors[i];
            _tensors[i] = other.Start >= old.End && i != place
                ? other with { Start = other.Start + moved, End = other.End + moved } : other;
        }

        return this;
    }

    /// <summary>Changes what is said of a tensor.</summary>
    public DamagedHeader WithClaim(string tensor, Func<TensorClaim, TensorClaim> change)
    {
        var place = _tensors.FindIndex(one => one.Name == tensor);
        _tensors[place] = change(_tensors[place]);
        return this;
    }

    public DamagedHeader With(HeaderDamage damage)
    {
        var (place, number, text) = (damage.Place % int.Max(1, _tensors.Count), damage.Number, damage.Text);
        var key = damage.Place % int.Max(1, _texts.Count);
        switch (damage.Kind)
        {
            case HeaderDamage.Change.Metadata when _texts.Count > 0:
                _texts[key] = (_texts[key].Key, text);
                break;
            case HeaderDamage.Change.MetadataName when _texts.Count > 0:
                _texts[key] = (text, _texts[key].Text);
                break;
            case HeaderDamage.Change.DataLength:
                _data = number is >= 0 and < 10_000 ? new byte[number] : _data[..^int.Min(_data.Length, 4)];
                break;
            case HeaderDamage.Change.HeaderLength:
                _lengthError = number;
                break;
            case HeaderDamage.Change.Add:
                _tensors.Add(new TensorClaim(text, "F32", [number], _data.Length, _data.Length + (4 * number)));
                break;
            default:
                DamageTensor(damage, place);
                break;
        }

        return this;
    }

    private void DamageTensor(HeaderDamage damage, int place)
    {
        if (_tensors.Count == 0)
        {
            return;
        }

        var (tensor, number) = (_tensors[place], damage.Number);
        switch (damage.Kind)
        {
            case HeaderDamage.Change.Double:
                _tensors.Add(tensor);
                break;
            case HeaderDamage.Change.Remove:
                _tensors.RemoveAt(place);
                break;
            case HeaderDamage.Change.Swap:
                var other = (int)((ulong)number % (ulong)_tensors.Count);
                var changed = _tensors[other];
                (_tensors[place], _tensors[other]) = (changed with { Name = tensor.Name }, tensor with { Name = changed.Name });
                break;
            default:
                _tensors[place] = damage.Kind switch
                {
                    HeaderDamage.Change.Type => tensor with { Type = damage.Text },
                    HeaderDamage.Change.Rows => tensor with { Shape = [number, .. tensor.Shape.Skip(1)] },
                    HeaderDamage.Change.Columns => tensor with { Shape = [tensor.Shape[0], number] },
                    HeaderDamage.Change.Third => tensor with { Shape = [.. tensor.Shape, number] },
                    HeaderDamage.Change.Start => tensor with { Start = number },
                    HeaderDamage.Change.End => tensor with { End = number },
                    HeaderDamage.Change.Rename => tensor with { Name = damage.Text },
                    _ => tensor,
                };
                break;
        }
    }
}
