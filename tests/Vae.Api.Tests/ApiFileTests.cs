namespace Vae.Api.Tests;

public class ApiFileTests
{
    private const string Recorded = "class A\n{\n    int One();\n    int Two();\n}\n";

    [Fact]
    public void The_same_members_are_no_difference_between_two_records()
        => Assert.Null(ApiFile.Difference("Some", Recorded, Recorded));

    [Fact]
    public void Line_endings_are_no_difference_between_two_records()
        => Assert.Null(ApiFile.Difference("Some", Recorded, Recorded.Replace("\n", "\r\n").TrimEnd()));

    [Fact]
    public void A_changed_member_is_shown_before_and_after_with_its_place_and_how_to_accept_it()
    {
        const string Accepting = "VAE_ACCEPT_API=1 dotnet test -c Release tests/Vae.Api.Tests";
        Assert.Equal(
            $"""
            The public members of Some are not those recorded in tests/Vae.Api.Tests/Api/Some.txt. From its line 3 on, of 5:
            -     int One();
            +     long One();
            A change that is meant is accepted by {Accepting} and committed with the file; see CONTRIBUTING.md.
            """,
            ApiFile.Difference("Some", Recorded, Recorded.Replace("int One", "long One")));
    }

    [Fact]
    public void A_removed_member_is_shown_with_nothing_in_its_place()
        => Assert.Contains(
            "From its line 4 on, of 5:\n-     int Two();\n+ (nothing)\n",
            ApiFile.Difference("Some", Recorded, Recorded.Replace("    int Two();\n", "")));

    [Fact]
    public void A_new_member_is_shown_with_nothing_before_it()
        => Assert.Contains(
            "From its line 5 on, of 5:\n- (nothing)\n+     int Three();\n",
            ApiFile.Difference("Some", Recorded, Recorded.Replace("}", "    int Three();\n}")));

    [Fact]
    public void A_long_difference_shows_its_first_five_lines()
        => Assert.Contains(
            "+ line 5\n+ ... and 7 more\n",
            ApiFile.Difference("Some", "", string.Join('\n', Enumerable.Range(1, 12).Select(i => $"line {i}"))));

    [Fact]
    public void Lines_that_repeat_at_a_change_are_not_counted_twice()
        => Assert.Contains(
            "From its line 3 on, of 3:\n- (nothing)\n+ same\n",
            ApiFile.Difference("Some", "first\nsame\nend", "first\nsame\nsame\nend"));
}
