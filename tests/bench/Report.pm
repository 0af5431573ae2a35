# What report.pl and its parts share: the measurements, and how numbers and tables are written.
package Report;
use strict;
use warnings;
use Exporter 'import';
our @EXPORT = qw(@samples @logins @admin @held @cold %facts @text @subjects @figures read_all fact median largest sum rounds
  values_of ratio thousands ms mib or_dash row heading table bar figures_of);

# ---- what was measured --------------------------------------------------------------------------------

our (@samples, @logins, @admin, @held, @cold, %facts);

sub lines_of {
    my ($dir, $file, @names) = @_;
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

sub read_all {
    my ($dir) = @_;
    @samples = lines_of($dir, 'samples.tsv', qw(phase subject clients label rate p50 p99 max errors endpoint nginx redis requests));
    @logins = lines_of($dir, 'logins.tsv', qw(phase label browsers ticks logins rate p50 p99 max errors missed unavailable));
    @admin = lines_of($dir, 'admin.tsv', qw(group name rows median max));
    @held = lines_of($dir, 'held.tsv', qw(pages asked early endpoint nginx redis none with gone nginx_none nginx_with nginx_gone
          scans p50 p99 max missed failed wrong));
    @cold = lines_of($dir, 'cold.tsv', qw(subject label redis mysql));
    push @{ $facts{ $_->{name} } }, $_->{value} for lines_of($dir, 'facts.tsv', qw(name value));
}
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
    my ($of, $to, %of_all) = @_;
    my @of = rounds(subject => $of, %of_all);
    my @to = rounds(subject => $to, %of_all);
    median(map { $to[$_] && $to[$_]{rate} > 0 ? $of[$_]{rate} / $to[$_]{rate} : undef } 0 .. $#of);
}

# ---- numbers as text ----------------------------------------------------------------------------------

sub thousands { my ($n) = @_; return $n unless $n =~ /^[\d.]+$/; my $text = sprintf "%.0f", $n; 1 while $text =~ s/^(\d+)(\d{3})/$1,$2/; $text }
sub ms { my ($us) = @_; defined $us ? sprintf($us < 9950 ? '%.1f' : '%.0f', $us / 1000) : '–' }
sub mib { my ($kib) = @_; $kib =~ /^\d+$/ ? sprintf('%.1f', $kib / 1024) : '–' }
sub or_dash { my ($format, $value) = @_; defined $value ? sprintf($format, $value) : '–' }

our @text;
sub row { push @text, '| ' . join(' | ', @_) . ' |' }
sub heading { push @text, '', "## $_[0]", '' }
sub table { row(@_); push @text, '|' . join('|', map { $_ ? '--:' : '---' } 0 .. $#_) . '|' }
sub bar {
    my ($what, $wanted, $measured, $reached) = @_;
    row($what, $wanted, $measured, $reached ? 'yes' : '**no**');
}

our @subjects = (
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
our @figures = ('requests/s', 'p50 ms', 'p99 ms', 'longest', 'failed', 'endpoint', 'nginx', 'Redis');

sub figures_of {
    my @rounds = @_;
    (thousands(median(values_of('rate', @rounds))), (map { ms(median(values_of($_, @rounds))) } qw(p50 p99)),
        ms(largest(values_of('max', @rounds))), sum(values_of('errors', @rounds)),
        map { sprintf '%.1f', median(values_of($_, @rounds)) } qw(endpoint nginx redis));
}

1;
