# Tables and bars of the steps cold, held, watchers and sizes.
package StepTables;
use strict;
use warnings;
use Report;
use Exporter 'import';
our @EXPORT = qw(cold_bars held_bars cluster_bars cluster seldom held_polls watchers sizes held_failures);

# ---- tokens that come seldom --------------------------------------------------------------------------

my @kinds = ([ turn => 'in turn' ], [ zipf => 'by Zipf\'s law' ]);
my %triggers = (with => 'with triggers', without => 'without triggers', few => 'with triggers, a tenth remembered');
my @labels = qw(few with without);

sub cold_ratio { my ($kind, $label) = @_; ratio("current-$kind", "lua-current-$kind", phase => 'cold', label => $label) }

sub cold_bars {
    for (@kinds) {
        my ($kind, $what) = @$_;
        my ($least) = $kind eq 'turn' ? 1.0 : 1.1;
        my ($few, $with, $without) = map { cold_ratio($kind, $_) } @labels;
        next unless defined $without;
        bar("`current` / Lua, tokens that come seldom, $what, with triggers", sprintf('%.2f', $least),
            sprintf('**%s** (a tenth remembered: %s; without: %.2f)', (map { or_dash('%.2f', $_) } $with, $few), $without), defined $with && $with >= $least);
    }
    my %ban = map { $_ => largest(@{ $facts{"cold.ban.$_"} || [] }) } @labels;
    return unless defined $ban{without};
    bar('a ban by SQL, with triggers: until `current` is 401', '≤ 2 s',
        sprintf('%s s at the most (without: %.1f)', defined $ban{with} ? sprintf('%.1f', $ban{with} / 1000) : '–', $ban{without} / 1000),
        defined $ban{with} && $ban{with} <= 2000);
}

sub seldom {
    return unless rounds(phase => 'cold');
    heading('Tokens that come seldom');
    push @text, thousands(fact('cold.tokens')) . ' of ' . thousands(fact('cold.users')) . ' users. Beside the processor time: '
      . 'how often Redis was asked and how many statements MariaDB got, for each request.', '';
    table('16 clients', @figures, 'Redis asked', 'statements');
    for my $label (reverse @labels) {
        for (@kinds) {
            my ($kind, $what) = @$_;
            for my $subject ("current-$kind", "lua-current-$kind") {
                my @rounds = rounds(phase => 'cold', subject => $subject, label => $label) or next;
                my @counts = grep { $_->{subject} eq $subject && $_->{label} eq $label } @cold;
                row(($subject =~ /^lua/ ? 'Lua' : '`current`') . ", $what, $triggers{$label}", figures_of(@rounds),
                    map { sprintf '%.2f', median(values_of($_, @counts)) } qw(redis mysql));
            }
        }
    }
    push @text, '', '`current` takes ' . mib(fact('memory.current.tokens')) . ' MiB after these, ' . mib(fact('cold.fresh'))
      . ' when new. For each of the tokens it has put bytes into Redis: '
      . join(', ', map { fact("cold.kept.$_") . " $triggers{$_}" } grep { $facts{"cold.kept.$_"} } reverse @labels) . '.';
}

# ---- held polls ---------------------------------------------------------------------------------------

sub kib_each { my ($row, $with, $none) = @_; ($row->{$with} - $row->{$none}) / ($row->{pages} - 10) }
sub given_back {
    my ($row) = @_;
    my $grown = $row->{with} - $row->{none};
    $grown > 0 ? 100 * ($row->{with} - $row->{gone}) / $grown : 100;
}
# Each ends early: an endpoint that knows no wait.
sub not_held { my ($row) = @_; $row->{early} ? ', not held' : '' }

sub held_bars {
    if (@held) {
        my $row = $held[-1];
        my ($pages, $not, $each, $back) = (thousands($row->{pages}), not_held($row), kib_each($row, qw(with none)), given_back($row));
        bar("$pages held polls: CPU of `login-wx` while nothing happens", '< 2 % of a core',
            sprintf('%.1f %% (nginx %.1f %%)%s', @$row{qw(endpoint nginx)}, $not), !$not && $row->{endpoint} < 2);
        bar("$pages held polls: memory of `login-wx` for each", '≤ 10 KiB, freed when they are gone',
            sprintf('%.1f KiB, %.0f %% of it freed%s', $each, $back, $not), !$not && $each <= 10 && $back >= 90);
        bar("$pages held polls: from the callback to the answer, p50 / p99", '≤ 5 / 20 ms',
            join(' / ', map { ms($row->{$_}) } qw(p50 p99)) . ' ms' . $not, !$not && $row->{p50} <= 5000 && $row->{p99} <= 20_000);
    }
    return unless $facts{'restart.count'};
    my $faults = sum(map { fact("restart.$_") } qw(failed wrong missed));
    bar(fact('restart.count') . ' restarts of `login-wx` with ' . thousands(fact('restart.pages')) . ' held polls', 'none failed, none wrong',
        sprintf('%d failed, %d wrong, %d of %d scans lost', (map { fact("restart.$_") } qw(failed wrong missed)),
            fact('restart.scans') + fact('restart.missed')), $faults == 0);
}

sub held_polls {
    return unless @held;
    heading('Held polls');
    push @text, 'While nothing happens, in percent of a core; the turnover of the waits is part of it.', '';
    table('pages', 'polls that ended', 'too early', '`login-wx`', 'nginx', 'Redis');
    row(thousands($_->{pages}), thousands($_->{asked}), thousands($_->{early}), map { sprintf '%.1f %%', $_ } @$_{qw(endpoint nginx redis)})
      for @held;
    push @text, '';
    table('resident memory', 'MiB without', 'with', 'after them', 'KiB each', 'freed');
    for my $row (@held) {
        my $pages = thousands($row->{pages});
        row("`login-wx`, $pages", (map { mib($row->{$_}) } qw(none with gone)), sprintf('%.1f', kib_each($row, qw(with none))),
            sprintf('%.0f %%', given_back($row)));
        row("nginx, $pages", (map { mib($row->{"nginx_$_"}) } qw(none with gone)), sprintf('%.1f', kib_each($row, qw(nginx_with nginx_none))), '');
    }
    push @text, '', 'From the callback to the token on the page, WeChat answering at once.', '';
    table('pages', 'scans', 'p50 ms', 'p99 ms', 'longest', 'lost', 'failed', 'wrong');
    row(thousands($_->{pages}), $_->{scans}, (map { ms($_) } @$_{qw(p50 p99 max)}), @$_{qw(missed failed wrong)}) for @held;
    return unless $facts{'restart.count'};
    push @text, '', sprintf('%s restarts of `login-wx` with %s pages: %s polls ended early, %s failed, %s were wrong; %s people '
          . 'scanned meanwhile, the longest took %s ms, %s were lost.',
        map({ fact("restart.$_") } qw(count pages early failed wrong scans)), ms(fact('restart.longest')), fact('restart.missed'));
}

# Polls and scans that went wrong.
sub held_failures {
    sum(map { $_->{missed} + $_->{failed} + $_->{wrong} } @held) + sum(map { $facts{"restart.$_"} ? fact("restart.$_") : 0 } qw(missed failed wrong));
}

# ---- watchers -----------------------------------------------------------------------------------------

sub watchers {
    my @samples = rounds(phase => 'watchers') or return;
    heading('Watchers of one Redis');
    push @text, '`current` for one token, 16 clients, beside as many further processes that watch, while people log in. What a login '
      . 'writes into Redis is written without the rest of it: whole logins at that rate would take both cores.', '';
    table('watchers', 'logins/s', 'Redis sends KiB/s', @figures);
    my %seen;
    for my $label (grep { !$seen{$_}++ } values_of('label', @samples)) {
        my @logins = $label eq 'none' ? (0, '–') : map { sprintf '%.0f', median(@{ $facts{"watchers.$label.$_"} }) } qw(logins sent);
        row($label eq 'none' ? 'none, nobody logs in' : $label, @logins, figures_of(rounds(phase => 'watchers', label => $label)));
    }
}

# ---- sizes --------------------------------------------------------------------------------------------

sub sizes {
    return unless $facts{'sizes.session'};
    heading('Sizes');
    table('', 'bytes');
    row('Redis: a session, of ' . thousands(fact('sizes.sessions')) . ' users with one each', thousands(fact('sizes.session')));
    row("MariaDB: $_->[1], with its indexes", thousands(fact("sizes.$_->[0]")))
      for [ user => 'a user' ], [ identity => 'an identity' ], [ audit => 'an entry of the audit' ];
    for my $watched ([ 'userToken_' => '`current` and `auth`, each process' ], [ 'WeixinCodeMap:' => '`login-wx`, each process' ]) {
        my ($prefix, $who) = @$watched;
        row("Redis sends of one login to $who (" . fact("sizes.messages.$prefix") . ' messages)', fact("sizes.message.$prefix"));
    }
    push @text, '';
    table('', 'Redis asked', 'statements');
    for ([ first => 'a person\'s first login' ], [ other => 'another login' ], [ idle => 'a second in which nobody asks for anything' ]) {
        my ($kind, $what) = @$_;
        row($what, map { fact("sizes.$_.$kind") } qw(redis mysql));
    }
}

# ---- ways to Redis and MySQL ----------------------------------------------------------------------------

my @ways = (
    [ socket => 'unix sockets' ],
    [ tagged => 'the same, keys with hash tags (`REDIS_CLUSTER`)' ],
    [ tcp => 'TCP' ],
    [ tls => 'TCP and TLS' ],
    [ sentinels => 'TCP, the master that Sentinels name' ],
    [ replica => 'the same, a replica follows' ],
    [ wait => 'the same, `REDIS_WAIT_REPLICAS=1`' ],
);

sub logins_by { my ($way) = @_; grep { $_->{label} eq "cluster-$way" } @logins }

# The median of the rounds' ratios of two ways, of the logins' rates or of those of `current`.
sub ratio_of_ways {
    my ($rows, $of, $to) = @_;
    my @to = $rows->($to);
    my @of = $rows->($of);
    median(map { $to[$_] && $to[$_]{rate} > 0 ? $of[$_]{rate} / $to[$_]{rate} : undef } 0 .. $#of);
}
sub currents_by { my ($way) = @_; rounds(phase => 'cluster', label => $way) }

sub cluster_bars {
    return unless rounds(phase => 'cluster');
    my $tls = ratio_of_ways(\&currents_by, qw(tls tcp));
    bar('hot `current`, TLS to Redis and MySQL / without', '0.97', sprintf('**%.2f**', $tls), $tls >= 0.97);
    for ([ tagged => 'socket', 'hash tags' ], [ sentinels => 'tcp', 'Sentinels and the check of the role' ]) {
        my ($of, $to, $what) = @$_;
        my $ratio = ratio_of_ways(\&logins_by, $of, $to);
        bar("logins a second, with $what / without", '0.97', sprintf('**%.2f**', $ratio), $ratio >= 0.97);
    }
}

sub cluster {
    return unless rounds(phase => 'cluster');
    heading('Ways to Redis and MySQL');
    table('by', '`current`/s', 'p99 ms', 'logins/s', 'p50 ms', 'p99 ms', 'failed');
    for (@ways) {
        my ($way, $what) = @$_;
        my @currents = currents_by($way) or next;
        my @logins_here = logins_by($way);
        row($what, thousands(sprintf '%.0f', median(values_of('rate', @currents))), ms(median(values_of('p99', @currents))),
            sprintf('%.0f', median(values_of('rate', @logins_here))),
            (map { ms(median(values_of($_, @logins_here))) } qw(p50 p99)),
            sum(values_of('errors', @currents, @logins_here)));
    }
}

1;
