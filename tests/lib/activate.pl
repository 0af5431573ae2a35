#!/usr/bin/perl
# activate.pl ROOT NAME…: has for each endpoint what systemd has for it: the socket ROOT/run/scanlogin/NAME.sock, which
# stays, and behind it the program, which systemd-socket-activate starts with the first request: of the package that is
# installed in ROOT, as its user, with the settings in this environment and no other variable but those of systemd's.
#
# Reads commands from ROOT/run/activate.in, a line each, and answers each with a line in ROOT/run/activate.out:
# `restart NAME…` ends them and has them started anew; `pids` names those that run, NAME=PID; `stop` ends all and this.
use strict;
use warnings;
use IO::Handle;
use IO::Socket::UNIX;
use Fcntl qw(F_SETFD);
use POSIX qw(dup2 mkfifo);

my ($root, @names) = @ARGV;
my @settings = grep { /^[A-Z][A-Z0-9_]*$/ && !/^(?:PATH|PWD|SHLVL|TMPDIR|HOME)$/ } keys %ENV;
my (%socket, %pid);
my $group = getgrnam 'www-data';

mkdir "$root/run/scanlogin";
for my $name (@names) {
  my $path = "$root/run/scanlogin/$name.sock";
  $socket{$name} = IO::Socket::UNIX->new(Local => $path, Listen => 1024) or die "$path: $!";
  chown 0, $group, $path;
  chmod 0660, $path;
}

sub start {
  my ($name) = @_;
  defined(my $pid = fork) or die $!;
  if ($pid) { $pid{$name} = $pid; return; }
  dup2(fileno $socket{$name}, 3) or die $!; # without FD_CLOEXEC
  @ENV{qw(LISTEN_FDS LISTEN_PID)} = (1, $$);
  exec qw(systemd-socket-activate --inetd), (map { ('-E', $_) } @settings),
    '/usr/sbin/chroot', '--userspec=scanlogin:scanlogin', $root, "/usr/lib/scanlogin/$name" or die $!;
}
sub stop {
  kill TERM => @pid{@_};
  waitpid $pid{$_}, 0 for @_;
}

start($_) for @names;
my ($in, $out) = ("$root/run/activate.in", "$root/run/activate.out");
mkfifo($_, 0600) or die "$_: $!" for "$in.new", $out;
rename "$in.new", $in;
while (1) {
  open my $commands, '<', $in or die $!;
  for my $command (<$commands>) {
    my ($verb, @which) = split ' ', $command;
    if ($verb eq 'restart') { stop(@which); start($_) for @which; }
    stop(@names) if $verb eq 'stop';
    open my $answers, '>', $out or die $!;
    print $answers $verb eq 'pids' ? join(' ', map { "$_=$pid{$_}" } @names) : 'done', "\n";
    close $answers;
    if ($verb eq 'stop') { unlink $in, $out, map { "$root/run/scanlogin/$_.sock" } @names; exit 0; }
  }
}
