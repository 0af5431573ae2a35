# The chart of the requests a second.
package Chart;
use strict;
use warnings;
use Report;
use Exporter 'import';
our @EXPORT = qw(chart);

sub chart {
    my ($file) = @_;
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
    open my $svg, '>', $file or die "$file: $!";
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

1;
