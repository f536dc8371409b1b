//go:build unix

package images

import "syscall"

// yielding has a process run when nobody else wants to. That it could not be asked to does not matter.
func yielding(pid int) { _ = syscall.Setpriority(syscall.PRIO_PROCESS, pid, 10) }
