# The tables of results.md but for those of StepTables.pm.
package Tables;
use strict;
use warnings;
use Report;
use Exporter 'import';
our @EXPORT = qw(rates whole_logins growth memory_and_start admin_lists);

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
        my $what = $subject eq 'poll-spread'
          ? 'poll, ' . thousands($label) . ($label == 1 ? ' pending login' : ' pending logins')
          : ($subject eq 'current' ? '`current`' : 'Lua') . ', ' . thousands($label) . ($label == 1 ? ' user' : ' users');
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
    push @text, '', '`login-wx` after the logins above: ' . mib(fact('memory.login-wx.logins')) . ' MiB.'
      if $facts{'memory.login-wx.logins'};
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

1;
