#!/usr/bin/perl
# report.pl DIR OUT: makes OUT/results.md and OUT/chart.svg of what bench.sh has measured, DIR/*.tsv.
use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use Report;
use Tables;
use StepTables;
use Chart;

my ($dir, $out) = @ARGV;
read_all($dir);

# ---- the bars -----------------------------------------------------------------------------------------

sub ratio_bar {
    my ($what, $of, $to, $least) = @_;
    my ($few, $many) = map { ratio($of, $to, phase => 'rates', clients => $_) } 16, 256;
    return unless defined $few;
    bar($what, sprintf('%.2f', $least), sprintf('**%.2f** (256 clients: %s)', $few, or_dash('%.2f', $many)), $few >= $least);
}

sub bars {
    heading('Bars');
    row('', 'wanted', 'measured', 'reached');
    push @text, '|---|---|---|---|';
    ratio_bar('`current` / bare handler on the same loop', 'current', 'bare-current', 0.95);
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
    cold_bars();
    held_bars();
    cluster_bars();
    if (my @orders = grep { $_->{group} eq 'orders' } @admin) {
        my $worst = largest(values_of('median', @orders));
        bar('a part of the admin lists, ' . thousands(fact('admin.rows')) . ' users, the slowest order', '≤ 20 ms',
            sprintf('%s ms, longest %s ms', ms($worst), ms(largest(values_of('max', @orders)))), $worst <= 20_000);
    }
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
seldom();
held_polls();
watchers();
sizes();
cluster();
memory_and_start();
admin_lists();
open my $results, '>', "$out/results.md" or die "$out/results.md: $!";
print $results map { "$_\n" } @text;
chart("$out/chart.svg");

# Which requests failed, for whoever called.
my $failed = sum(values_of('errors', @samples)) + sum(map { $_->{errors} + $_->{missed} } @logins) + held_failures();
print "$failed\n";
