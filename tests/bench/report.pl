#!/usr/bin/perl
# report.pl DIR OUT: makes OUT/results.md and OUT/chart.svg of what bench.sh has measured, DIR/*.tsv.
use strict;
use warnings;

my ($dir, $out) = @ARGV;

# ---- what was measured --------------------------------------------------------------------------------

sub lines_of {
    my ($file, @names) = @_;
    open my $in, '<', "$dir/$file" or return;
    my @rows;
    while (<$in>) {
        chomp;
        my %row;
        @row{@names} = split /\t/, $_, -1;
        push @rows, \%row;
    }
    @rows;
}

my @samples = lines_of('samples.tsv', qw(phase subject clients label rate p50 p99 max errors endpoint nginx redis requests));
my @logins = lines_of('logins.tsv', qw(phase label browsers ticks logins rate p50 p99 max errors missed unavailable));
my @admin = lines_of('admin.tsv', qw(group name rows median max));
my %facts;
push @{ $facts{ $_->{name} } }, $_->{value} for lines_of('facts.tsv', qw(name value));
sub fact { my ($name) = @_; $facts{$name} ? $facts{$name}[-1] : '–' }

sub median {
    my @sorted = sort { $a <=> $b } grep { defined } @_;
    return undef unless @sorted;
    ($sorted[$#sorted / 2] + $sorted[@sorted / 2]) / 2;
}
sub largest { my $most; for (@_) { $most = $_ if !defined $most || $_ > $most } $most }
sub sum { my $sum = 0; $sum += $_ for @_; $sum }

# The rounds that have all of these values.
sub rounds {
    my %want = @_;
    grep { my $row = $_; !grep { $row->{$_} ne $want{$_} } keys %want } @samples;
}
sub values_of { my $name = shift; map { $_->{$name} } @_ }

# The median of the rounds' ratios; what was measured side by side is divided.
sub ratio {
    my ($of, $to, $clients) = @_;
    my @of = rounds(phase => 'rates', subject => $of, clients => $clients);
    my @to = rounds(phase => 'rates', subject => $to, clients => $clients);
    median(map { $to[$_] && $to[$_]{rate} > 0 ? $of[$_]{rate} / $to[$_]{rate} : undef } 0 .. $#of);
}

# ---- numbers as text ----------------------------------------------------------------------------------

sub thousands { my ($n) = @_; return $n unless $n =~ /^[\d.]+$/; my $text = sprintf "%.0f", $n; 1 while $text =~ s/^(\d+)(\d{3})/$1,$2/; $text }
sub ms { my ($us) = @_; defined $us ? sprintf($us < 9950 ? '%.1f' : '%.0f', $us / 1000) : '–' }
sub mib { my ($kib) = @_; $kib =~ /^\d+$/ ? sprintf('%.1f', $kib / 1024) : '–' }
sub or_dash { my ($format, $value) = @_; defined $value ? sprintf($format, $value) : '–' }

my @text;
sub row { push @text, '| ' . join(' | ', @_) . ' |' }
sub heading { push @text, '', "## $_[0]", '' }
sub table { row(@_); push @text, '|' . join('|', map { $_ ? '--:' : '---' } 0 .. $#_) . '|' }

# ---- the bars -----------------------------------------------------------------------------------------

sub bar {
    my ($what, $wanted, $measured, $reached) = @_;
    row($what, $wanted, $measured, $reached ? 'yes' : '**no**');
}

sub ratio_bar {
    my ($what, $of, $to, $least) = @_;
    my ($few, $many) = map { ratio($of, $to, $_) } 16, 256;
    return unless defined $few;
    bar($what, sprintf('%.2f', $least), sprintf('**%.2f** (256 clients: %s)', $few, or_dash('%.2f', $many)), $few >= $least);
}

sub bars {
    heading('Bars');
    row('', 'wanted', 'measured', 'reached');
    push @text, '|---|---|---|---|';
    ratio_bar('`current` / bare handler on the same loop', 'current', 'bare-current', 0.85);
    ratio_bar('`current` / the Lua check in nginx', 'current', 'lua-current', 1.3);
    ratio_bar('a guarded file: by `auth` / by the bare handler', 'guarded', 'bare-guarded', 0.85);
    ratio_bar('a guarded file: by `auth` / by the Lua check in nginx', 'guarded', 'lua-guarded', 1.0);
    ratio_bar('poll with nothing scanned / bare handler', 'poll', 'bare-poll', 0.85);
    ratio_bar('poll / one Redis GET from Lua in nginx', 'poll', 'lua-poll', 1.0);

    if (my @many = rounds(phase => 'rates', subject => 'current', clients => 256)) {
        my ($p99, $max, $errors) =
          (median(values_of('p99', @many)), largest(values_of('max', @many)), sum(values_of('errors', @many)));
        bar('p99 of `current`, 256 clients', '≤ 30 ms, none failed, none over 1 s',
            sprintf('%s ms, %d failed, longest %s ms', ms($p99), $errors, ms($max)),
            $p99 <= 30_000 && !$errors && $max <= 1_000_000);
    }
    for my $name (qw(current auth login-wx login-wx-callback)) {
        next unless $facts{"memory.$name.2"};
        my ($half, $full) = map { fact("memory.$name.$_") } 1, 2;
        bar("resident memory of `$name` after " . thousands(fact("memory.$name.requests")) . ' requests',
            '≤ 16 MiB, not growing',
            sprintf('%s MiB, halfway %s', mib($full), mib($half)), $full <= 16384 && $full - $half <= 512);
    }
    my @starts = grep { $facts{"start.$_"} } qw(current login-wx login-wx-callback logout);
    bar('start to first answer, the slowest of ' . scalar(@starts) . ' endpoints', '≤ 50 ms',
        sprintf('%.0f ms', largest(map { median(@{ $facts{"start.$_"} }) } @starts)),
        largest(map { median(@{ $facts{"start.$_"} }) } @starts) <= 50) if @starts;
    if (my @hang = rounds(phase => 'hang')) {
        my $p99 = median(values_of('p99', @hang));
        bar('p99 of a poll while WeChat hangs on ' . fact('hang.browsers') . ' logins', '≤ 50 ms',
            ms($p99) . ' ms, ' . sum(values_of('errors', @hang)) . ' failed', $p99 <= 50_000);
    }
    if (my @slow = grep { $_->{label} eq '100ms' } @logins) {
        my $rate = median(values_of('rate', @slow));
        bar('whole logins a second, WeChat taking 100 ms per call', '≥ 400 (833 is WeChat\'s own quota)',
            sprintf('%.0f', $rate), $rate >= 400);
    }
    if (my @orders = grep { $_->{group} eq 'orders' } @admin) {
        my $worst = largest(values_of('median', @orders));
        bar('a part of the admin lists, ' . thousands(fact('admin.rows')) . ' users, the slowest order', '≤ 20 ms',
            sprintf('%s ms, longest %s ms', ms($worst), ms(largest(values_of('max', @orders)))), $worst <= 20_000);
    }
}

# ---- tables -------------------------------------------------------------------------------------------

my @subjects = (
    [ 'return',       'nginx\'s own `return 200`' ],
    [ 'bare-current', 'bare handler, `current`\'s request' ],
    [ 'current',      '`current`' ],
    [ 'lua-current',  'the check in Lua in nginx' ],
    [ 'bare-guarded', 'a file, guarded by the bare handler' ],
    [ 'guarded',      'a file, guarded by `auth`' ],
    [ 'lua-guarded',  'a file, guarded in Lua in nginx' ],
    [ 'bare-poll',    'bare handler, the poll\'s request' ],
    [ 'poll',         'poll, nothing scanned' ],
    [ 'lua-poll',     'one Redis GET in Lua in nginx' ],
    [ 'callback',     'callback (stores a code)' ],
);
my @figures = ('requests/s', 'p50 ms', 'p99 ms', 'longest', 'failed', 'endpoint', 'nginx', 'Redis');

sub figures_of {
    my @rounds = @_;
    (thousands(median(values_of('rate', @rounds))), (map { ms(median(values_of($_, @rounds))) } qw(p50 p99)),
        ms(largest(values_of('max', @rounds))), sum(values_of('errors', @rounds)),
        map { sprintf '%.1f', median(values_of($_, @rounds)) } qw(endpoint nginx redis));
}

sub rates {
    return unless rounds(phase => 'rates');
    heading('Requests');
    push @text, 'Medians of the rounds; the last three columns are microseconds of processor time per request.';
    for my $clients (16, 256) {
        push @text, '';
        table("$clients clients", @figures);
        for (@subjects) {
            my ($subject, $what) = @$_;
            my @rounds = rounds(phase => 'rates', subject => $subject, clients => $clients) or next;
            row($what, figures_of(@rounds));
        }
    }
}

sub whole_logins {
    return unless @logins;
    heading('Whole logins');
    push @text, 'The callback, then polls until there is a token; every person is new, so that each login makes a user.', '';
    table('WeChat answers', 'browsers', 'logins/s', 'p50 ms', 'p99 ms', 'longest', 'failed');
    for (['at-once', 'at once'], ['100ms', 'after 100 ms, each of two calls']) {
        my ($label, $what) = @$_;
        my @rounds = grep { $_->{label} eq $label } @logins or next;
        row($what, $rounds[0]{browsers}, sprintf('%.0f', median(values_of('rate', @rounds))),
            (map { ms(median(values_of($_, @rounds))) } qw(p50 p99)), ms(largest(values_of('max', @rounds))),
            sum(map { $_->{errors} + $_->{missed} + $_->{unavailable} } @rounds));
    }
    my @quiet = rounds(phase => 'quiet') or return;
    push @text, '';
    table('poll, 16 clients', @figures[0 .. 4]);
    row('WeChat answers', (figures_of(@quiet))[0 .. 4]);
    row('WeChat hangs on ' . fact('hang.browsers') . ' logins', (figures_of(rounds(phase => 'hang')))[0 .. 4]);
}

sub growth {
    my @scale = rounds(phase => 'scale') or return;
    heading('How it grows');
    table('16 clients', @figures);
    my %seen;
    for my $sample (@scale) {
        my ($subject, $label) = @$sample{qw(subject label)};
        next if $seen{"$subject $label"}++;
        my ($name, $tokens) = split /:/, $subject;
        my $what = $name eq 'poll-spread'
          ? 'poll, ' . thousands($label) . ($label == 1 ? ' pending login' : ' pending logins')
          : ($name eq 'current-spread' ? '`current`' : 'Lua') . ', ' . thousands($label)
          . ($label == 1 ? ' user, ' : ' users, ') . thousands($tokens) . ($tokens == 1 ? ' token' : ' tokens');
        row($what, figures_of(rounds(phase => 'scale', subject => $subject, label => $label)));
    }
}

sub memory_and_start {
    return unless $facts{"start.current"} || $facts{"memory.current.2"};
    heading('Memory and start');
    table('', 'start to first answer ms', 'MiB at the start', 'after ' . thousands(fact('memory.current.requests')) . ' requests');
    for my $name (qw(current auth login-wx login-wx-callback logout)) {
        row("`$name`", $facts{"start.$name"} ? sprintf('%.1f', median(@{ $facts{"start.$name"} })) : '–',
            map { mib(fact("memory.$name.$_")) } qw(start 2));
    }
    return unless $facts{"memory.current.tokens"} && $facts{"memory.login-wx.logins"};
    push @text, '';
    push @text, '`current` with its cache full: ' . mib(fact('memory.current.tokens')) . ' MiB. '
      . '`login-wx` after the logins above: ' . mib(fact('memory.login-wx.logins')) . ' MiB.';
}

sub admin_lists {
    return unless @admin;
    heading('Admin lists, ' . thousands(fact('admin.rows')) . ' users');
    push @text, 'Parts of 50 over one connection, ' . fact('admin.requests') . ' times each, in ms. MariaDB\'s buffer pool: ' . fact('admin.pool') . ' MiB.', '';
    table('', 'lists', 'the middle median', 'the worst median', 'the longest');
    my @groups = (
        [ 'orders',   'orders, both ways: parts from the beginning to the end' ],
        [ 'searches', 'searches in five places and five orders, of one, some, thousands, most, none' ],
        [ 'filters',  'users filtered, in five orders' ],
        [ 'lists',    'identities and audit entries filtered; one user' ],
    );
    for (@groups) {
        my ($group, $what) = @$_;
        my @of = grep { $_->{group} eq $group } @admin;
        row($what, scalar @of, ms(median(values_of('median', @of))), map { ms(largest(values_of($_, @of))) } qw(median max));
    }
    push @text, '', sprintf('All users as CSV: %.1f s, %s MiB; `admin-users` has %s MiB at the most, %s when new.',
        fact('admin.csv.seconds'), mib(int fact('admin.csv.bytes') / 1024), map { mib(fact("admin.csv.$_")) } qw(peak before)), '';
    table('', 'rows', 'median', 'longest');
    row($_->{name}, $_->{rows}, ms($_->{median}), ms($_->{max})) for @admin;
}

# ---- chart --------------------------------------------------------------------------------------------

sub chart {
    my @bars = map {
        my ($subject, $what) = @$_;
        my $rate = median(values_of('rate', rounds(phase => 'rates', subject => $subject, clients => 16)));
        $what =~ s/`//g;
        defined $rate ? [ $subject, $what, $rate ] : ();
    } @subjects;
    return unless @bars;
    my $scale = 420 / largest(map { $_->[2] } @bars);
    my ($y, $body) = (58, '');
    for (@bars) {
        my ($subject, $what, $rate) = @$_;
        $y += 12 if $subject =~ /^bare|^callback/;
        my $kind = $subject =~ /^(?:current|guarded|poll|callback)$/ ? 'ours' : $subject =~ /^lua/ ? 'lua' : 'limit';
        my $width = sprintf '%.1f', $rate * $scale;
        $body .= sprintf qq{  <text class="name" x="252" y="%d">%s</text>\n}, $y + 15, $what;
        $body .= sprintf qq{  <rect class="%s" x="262" y="%d" width="%s" height="21" rx="2"/>\n}, $kind, $y, $width;
        $body .= sprintf qq{  <text x="%.1f" y="%d">%s</text>\n}, 270 + $width, $y + 15, thousands($rate);
        $y += 27;
    }
    my $height = $y + 12;
    my $title = 'Requests per second, 16 clients, everything on ' . fact('cores') . ' cores';
    open my $svg, '>', "$out/chart.svg" or die "$out/chart.svg: $!";
    print $svg <<"SVG";
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 760 $height" width="760" height="$height" role="img" aria-label="$title">
  <style>
    text { font: 14px system-ui, "Segoe UI", Helvetica, Arial, sans-serif; fill: #4b5563 }
    .name { text-anchor: end }
    .title { font-weight: 600; font-size: 16px }
    .limit { fill: #9ca3af }
    .ours { fill: #0f9d6c }
    .lua { fill: #d08a2e }
    \@media (prefers-color-scheme: dark) { text { fill: #c3cad5 } .limit { fill: #6b7280 } }
  </style>
  <text class="title" x="16" y="28">$title</text>
$body</svg>
SVG
}

# ---- all of it ----------------------------------------------------------------------------------------

push @text, '# Measured', '';
push @text, sprintf('%s, %s cores, %s, %s, %s; nginx %s, Redis %s, MariaDB %s, wrk %s. %s, load before: %s.',
    map { fact($_) } qw(cpu cores memory system kernel nginx redis mariadb wrk date load));
push @text, 'Everything ran on it at once: wrk with 2 threads, nginx, the endpoints, Redis (append-only file on), MariaDB (its defaults).';
bars();
rates();
whole_logins();
growth();
memory_and_start();
admin_lists();
open my $results, '>', "$out/results.md" or die "$out/results.md: $!";
print $results map { "$_\n" } @text;
chart();

# Which requests failed, for whoever called.
my $failed = sum(values_of('errors', @samples)) + sum(map { $_->{errors} + $_->{missed} } @logins);
print "$failed\n";
