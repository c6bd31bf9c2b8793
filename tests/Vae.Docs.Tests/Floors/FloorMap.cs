namespace Vae.Docs.Tests;

/// <summary>
/// The rooms of a house and who may use whom, read from a line such as <c>A &lt;- B, C &lt;- D ; A &lt;- E</c>: B and C may use
/// A, D may use B, C and A, E may use A. Rooms on one floor (<c>,</c>) and in different chains (<c>;</c>) do not know each other.
/// </summary>
/// <remarks>
/// A room may stand in several chains; it may use what any of them allows. In the map of a project, a room is a folder,
/// <c>A/B</c> a folder in a folder, and <c>root</c> the project's own folder.
/// </remarks>
internal sealed class FloorMap
{
    /// <summary>The name of the room of the files that are in no folder.</summary>
    public const string Root = "root";

    private readonly Dictionary<string, HashSet<string>> _usable = [];

    /// <summary>Reads a line without the project's name.</summary>
    /// <param name="text">The chains.</param>
    /// <exception cref="FormatException">A name is missing, or a room may use itself by a circle.</exception>
    public FloorMap(string text)
    {
        foreach (var chain in text.Split(';', StringSplitOptions.TrimEntries))
        {
            string[] below = [];
            foreach (var floor in chain.Split("<-", StringSplitOptions.TrimEntries))
            {
                string[] rooms = floor.Split(',', StringSplitOptions.TrimEntries);
                foreach (var room in rooms)
                {
                    if (room.Length == 0 || room.Contains(' '))
                    {
                        throw new FormatException($"'{room}' is no name of a room in '{text}'.");
                    }

                    _usable.TryAdd(room, []);
                    _usable[room].UnionWith(below);
                }

                below = rooms;
            }
        }

        Close();
        if (_usable.FirstOrDefault(room => room.Value.Contains(room.Key)) is { Key: { } circular })
        {
            throw new FormatException($"{circular} may use itself by a circle in '{text}'.");
        }
    }

    /// <summary>The rooms, in the order of the line.</summary>
    public IReadOnlyCollection<string> Rooms => _usable.Keys;

    /// <summary>Reads the block <c>floors</c> of a document: a line for each project, <c>Vae.Math: A &lt;- B</c>.</summary>
    /// <param name="lines">The document's lines.</param>
    public static IReadOnlyDictionary<string, FloorMap> Read(IReadOnlyList<string> lines)
        => lines.SkipWhile(line => line != "```floors").Skip(1).TakeWhile(line => line != "```")
            .Where(line => line.Trim().Length > 0)
            .Select(line => line.Split(':', 2, StringSplitOptions.TrimEntries))
            .ToDictionary(parts => parts[0], parts => new FloorMap(parts[1]));

    /// <summary>Whether a room may use another.</summary>
    /// <param name="from">The using room.</param>
    /// <param name="to">The used room.</param>
    public bool Allows(string from, string to)
        => from == to || (_usable.TryGetValue(from, out var usable) && usable.Contains(to));

    /// <summary>The room of a file: the innermost folder that the map has, else the outermost folder.</summary>
    /// <param name="path">The file, relative to the project, with slashes.</param>
    public string RoomOf(string path)
    {
        var folder = path.LastIndexOf('/') is var end && end < 0 ? Root : path[..end];
        for (var inner = folder; ; inner = inner[..inner.LastIndexOf('/')])
        {
            if (_usable.ContainsKey(inner))
            {
                return inner;
            }

            if (!inner.Contains('/'))
            {
                return inner;
            }
        }
    }

    /// <summary>The uses that the map does not allow, a line each.</summary>
    /// <param name="uses">The uses within the project.</param>
    public IEnumerable<string> Offences(IEnumerable<Use> uses)
        => uses.Where(use => !Allows(RoomOf(use.From), RoomOf(use.To))).Select(Line);

    /// <summary>The uses that are part of a circle between rooms, a line each, whatever the map allows.</summary>
    /// <param name="uses">The uses within the project.</param>
    public IEnumerable<string> Circles(IReadOnlyCollection<Use> uses)
    {
        var arrows = uses.Select(use => (From: RoomOf(use.From), To: RoomOf(use.To)))
            .Where(arrow => arrow.From != arrow.To).ToHashSet();
        for (var count = 0; count != arrows.Count;)
        {
            count = arrows.Count;
            var longer = arrows.SelectMany(
                first => arrows.Where(next => next.From == first.To).Select(next => (first.From, next.To)));
            arrows.UnionWith([.. longer]);
        }

        return uses.Where(use => RoomOf(use.From) != RoomOf(use.To) && arrows.Contains((RoomOf(use.To), RoomOf(use.From))))
            .Select(Line);
    }

    private string Line(Use use) => $"{RoomOf(use.From)} -> {RoomOf(use.To)}: {use}";

    // A room that may use another may use everything that the other may use.
    private void Close()
    {
        for (var grew = true; grew;)
        {
            grew = false;
            foreach (var usable in _usable.Values)
            {
                var before = usable.Count;
                usable.UnionWith([.. usable.SelectMany(room => _usable[room])]);
                grew |= usable.Count > before;
            }
        }
    }
}
