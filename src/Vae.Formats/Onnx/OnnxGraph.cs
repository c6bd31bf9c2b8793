namespace Vae.Formats;

/// <summary>A graph of operators under construction. Every method that adds a value returns the value's name, for use as an
/// input of later operators.</summary>
/// <param name="name">The graph's name.</param>
internal sealed class OnnxGraph(string name)
{
    private readonly List<OnnxValue> _inputs = [];
    private readonly List<OnnxValue> _outputs = [];
    private readonly List<OnnxTensor> _tensors = [];
    private readonly List<OnnxNode> _nodes = [];
    private readonly Dictionary<float, string> _numbers = [];
    private readonly Dictionary<double, string> _doubles = [];

    /// <summary>The graph's name.</summary>
    public string Name => name;

    /// <summary>The graph's inputs.</summary>
    public IReadOnlyList<OnnxValue> Inputs => _inputs;

    /// <summary>The graph's outputs.</summary>
    public IReadOnlyList<OnnxValue> Outputs => _outputs;

    /// <summary>The graph's constants, such as weights.</summary>
    public IReadOnlyList<OnnxTensor> Tensors => _tensors;

    /// <summary>The operators, each after those whose outputs it reads.</summary>
    public IReadOnlyList<OnnxNode> Nodes => _nodes;

    /// <summary>Adds an input of rows x columns, or with one number for each row.</summary>
    public string Input(string input, OnnxType type, int? columns)
    {
        _inputs.Add(new OnnxValue(input, type, columns));
        return input;
    }

    /// <summary>Makes a value of rows x columns an output of the graph under a name of its own.</summary>
    public void Output(string output, string value, int columns, OnnxType type = OnnxType.Float)
    {
        _nodes.Add(new OnnxNode("Identity", [value], [output], []));
        _outputs.Add(new OnnxValue(output, type, columns));
    }

    /// <summary>Adds a constant tensor.</summary>
    public string Tensor(OnnxTensor tensor)
    {
        _tensors.Add(tensor);
        return tensor.Name;
    }

    /// <summary>Adds a constant number, which an operator applies to all elements.</summary>
    public string Number(double value)
    {
        var number = (float)value;
        if (!_numbers.TryGetValue(number, out var known))
        {
            known = Tensor(OnnxTensor.Of($"number_{_numbers.Count}", () => [number]));
            _numbers.Add(number, known);
        }

        return known;
    }

    /// <summary>Adds a constant number of type double, which an operator applies to all elements.</summary>
    public string Double(double value)
    {
        if (!_doubles.TryGetValue(value, out var known))
        {
            known = Doubles([value]);
            _doubles.Add(value, known);
        }

        return known;
    }

    /// <summary>Adds constant doubles: a list, or of a given shape.</summary>
    public string Doubles(double[] values, params long[] shape)
        => Tensor(OnnxTensor.OfDoubles($"doubles_{_tensors.Count}", values, shape.Length == 0 ? [values.Length] : shape));

    /// <summary>Adds constant whole numbers.</summary>
    public string Integers(params long[] values) => Tensor(OnnxTensor.Of($"integers_{_tensors.Count}", values, values.Length));

    /// <summary>Adds an operator with one output and no attributes.</summary>
    public string Apply(string operation, params string[] inputs) => Apply(operation, inputs, []);

    /// <summary>Adds an operator with one output.</summary>
    public string Apply(string operation, string[] inputs, params (string Name, object Value)[] attributes)
    {
        var output = NewName(operation);
        _nodes.Add(new OnnxNode(operation, inputs, [output], attributes));
        return output;
    }

    /// <summary>Splits rows x (first + second) into two values by columns.</summary>
    public (string First, string Second) Split(string value, int first, int second)
    {
        var parts = SplitAt(1, value, first, second);
        return (parts[0], parts[1]);
    }

    /// <summary>Splits a value along an axis into values of the given lengths, each above 0.</summary>
    public string[] SplitAt(int axis, string value, params int[] lengths)
    {
        var room = Integers([.. lengths.Select(length => (long)length)]);
        var name = NewName("Split");
        string[] parts = [.. lengths.Select((_, part) => $"{name}_{part}")];
        _nodes.Add(new OnnxNode("Split", [value, room], parts, [("axis", (long)axis)]));
        return parts;
    }

    /// <summary>Adds a value of the given columns of rows, in the given order.</summary>
    public string Pick(string value, IEnumerable<int> columns)
        => Apply("Gather", [value, Integers([.. columns.Select(column => (long)column)])], ("axis", 1L));

    /// <summary>Converts a value to another type.</summary>
    public string Cast(string value, OnnxType type) => Apply("Cast", [value], ("to", (long)type));

    /// <summary>Joins values with as many rows side by side.</summary>
    public string Join(params string[] values) => values.Length == 1 ? values[0] : Apply("Concat", values, ("axis", 1L));

    private string NewName(string what) => $"{what}_{_nodes.Count}";
}
