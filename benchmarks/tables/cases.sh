#!/bin/bash
# Small tables that a version failed on, each standing for a whole kind: what must be read is read, with right values and notes.
#
# Usage: cases.sh VAE CASES       VAE is the program, CASES the folder with F01_small.csv and the others
#
# Prints a line for each case, "pass" or "FAIL" with what was seen, and ends with 1 where one fails. The F02 cases need root, for a
# device node of their own; they are skipped without.
vae=$(realpath "$1") cases=$(realpath "$2")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
failed=0 count=0

report() {                                     # report NAME RESULT SEEN
    count=$((count + 1))
    if [ "$2" = 0 ]; then echo "pass  $1"; else failed=$((failed + 1)); echo "FAIL  $1: $(echo "$3" | tail -3)"; fi
}

expect() {                                     # expect NAME COMMAND...: the command ends with 0
    local name=$1 seen; shift
    seen=$("$@" 2>&1); report "$name" $? "$seen"
}

says() {                                       # says NAME PATTERN COMMAND...: with 0, and its text fits the pattern
    local name=$1 pattern=$2 seen; shift 2
    seen=$("$@" 2>&1) && echo "$seen" | grep -qiE -- "$pattern"; report "$name" $? "$seen"
}

train() { timeout 300 "$vae" train --data "$@"; }
score() { timeout 60 "$vae" score "$@" --top 0; }
columns() { "$vae" schema "$1" --json | grep -o '"kind":"[a-z]*"' | grep -cvE '"(id|ignore)"'; }
two() { [ "$(columns "$1")" = 2 ] || { "$vae" schema "$1"; return 1; }; }
rows() { "$vae" schema "$1" --json | grep -q "\"rows\":$2,"; }

# F01: an offset keeps the digits of its numbers.
for k in small epoch 1e12; do
    train "$cases/F01_$k.csv" --out "F01-$k" --epochs 200 --quiet > /dev/null 2> "F01-$k.err"
    score "F01-$k" --data "$cases/F01_${k}_new.csv" --out "F01-$k.csv" --quiet > /dev/null 2>> "F01-$k.err"
done
seen=$(paste -d, F01-small.csv F01-epoch.csv F01-1e12.csv 2>&1; cat F01-*.err)
paste -d, F01-small.csv F01-epoch.csv F01-1e12.csv 2> /dev/null | awk -F, '
    # line, score, error of the draws, three times: within a twentieth of a nat
    NR > 1 { for (i = 5; i <= NF; i += 3) if ($i > $2 + 0.05 || $i < $2 - 0.05) bad = 1 } END { exit bad || NR != 4 }'
report "F01 the same scores with an offset" $? "$seen"

# F02: a result is written through devices, pipes and links, and keeps a file's mode.
train "$cases/F13_rows.csv" --out F02 --epochs 1 --quiet > /dev/null
if [ "$(id -u)" = 0 ]; then
    seen=$(VAE=$vae bash "$cases/F02_out_special.sh" "$work/F02" 2>&1)
    for what in '^crw.* null$' '^prw.* fifo$' '^lrw.* link.csv -> target.csv$' '^-rw-------.* priv.csv$'; do
        echo "$seen" | grep -qE -- "$what"; report "F02 $what" $? "$seen"
    done
else
    echo "skip  F02: needs root"
fi

# F03: columns without names, names of rows, a comma at the end of lines.
for f in index rownames trailing; do
    expect "F03_$f" train "$cases/F03_$f.csv" --out "F03-$f" --quiet
    expect "F03_$f --columns" train "$cases/F03_$f.csv" --columns a,b --out "F03-$f-columns" --quiet
done

# F04: one table with semicolons and decimal commas, another with commas and points, in both orders.
train "$cases/F04_semicolon.csv" --decimal-comma --out F04-told --quiet > /dev/null
train "$cases/F04_semicolon.csv" --out F04-found --quiet > /dev/null
train "$cases/F04_point.csv" --out F04-point --quiet > /dev/null
for run in told found point; do
    "$vae" sample "F04-$run" --count 2 --out s.csv > /dev/null
    expect "F04 own sample, $run" score "F04-$run" --data s.csv --out x.csv --quiet
    for f in semicolon point pipe; do
        expect "F04 $run, new table $f" score "F04-$run" --data "$cases/F04_$f.csv" --out "F04-$run-$f.csv" --quiet
    done
    cmp -s "F04-$run-semicolon.csv" "F04-$run-point.csv"; report "F04 $run, the same scores" $? "they differ"
done

# F05, F06: commas in names.
expect "F05 read" train "$cases/F05_comma_in_name.csv" --out F05-a --quiet
expect "F05 --ignore" train "$cases/F05_comma_in_name.csv" --ignore "place, country" --out F05-b --quiet
for f in header_commas tie; do
    expect "F06_$f has 2 columns" two "$cases/F06_$f.csv"
done
says "F06_one_column" 'decimal.comma' train "$cases/F06_one_column.csv" --out F06

# F07: columns that are no numbers.
says "F07_many_text names all" 'cut.*color.*clarity' train "$cases/F07_many_text.csv" --out F07-a
says "F07_bool is a flag" '"kind":"flag"' "$vae" schema "$cases/F07_bool.csv" --json
expect "F07_bool is trained on" train "$cases/F07_bool.csv" --out F07-b --quiet

# F08: titles, comments, no header, other delimiters and notations.
for f in title.csv comment.csv sklearn.csv int_noheader.csv int_first_row_lost.csv pipe.csv space.txt de_thousands.csv nbsp.csv; do
    expect "F08_$f is read" train "$cases/F08_$f" --out "F08-$f" --quiet
done
for f in title.csv comment.csv pipe.csv space.txt de_thousands.csv nbsp.csv; do
    expect "F08_$f has 2 columns" two "$cases/F08_$f"
done
for f in int_noheader int_first_row_lost; do
    lines=$(grep -c . "$cases/F08_$f.csv")
    rows "$cases/F08_$f.csv" "$lines"; report "F08_$f loses no row" $? "$("$vae" schema "$cases/F08_$f.csv")"
    says "F08_$f says so" 'note: .*row|not.*names' train "$cases/F08_$f.csv" --out "F08-note-$f"
done

# F11: a column that never varies. M: holes and gzip.
says "F11 a constant is noted" 'note: .*k.*(never|constant|one value|same)' train "$cases/F11_constant.csv" --out F11 --epochs 2
expect "M_missing" train "$cases/M_missing.csv" --out M-a --quiet
expect "M_gzip" train "$cases/M_gzip.csv.gz" --out M-b --quiet
expect "M_gzip from standard input" bash -c "'$vae' train --data - --out M-c --quiet < '$cases/M_gzip.csv.gz'"

echo "$((count - failed)) of $count pass (F10 is of the library: its tests are in tests/Vae.Model.Tests)"
[ "$failed" = 0 ]
