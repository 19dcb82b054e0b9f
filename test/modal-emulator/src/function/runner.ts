/**
 * What a container of a web function runs in place of Modal's own runner: it loads the module, calls the `enter`
 * methods and the one that starts the server, waits until its stdin ends, and calls the `exit` methods, as Modal does
 * before it commits the volumes. Arguments: module, function (`NAME`, or `CLASS.*`) and, for a class, the method. It
 * looks behind the names that the `modal` package exports, as Modal's runner does.
 */
export const runner = `
import importlib, os, signal, sys, threading
sys.path.insert(0, os.getcwd())
module, name, method = sys.argv[1:4]
found = getattr(importlib.import_module(module), name.split(".")[0])
exits = []
def interrupt():
    sys.stdin.buffer.read()
    os.kill(os.getpid(), signal.SIGINT)
try:
    if name.endswith(".*"):
        from modal._partial_function import _find_callables_for_obj, _find_partial_methods_for_user_cls
        from modal._partial_function import _PartialFunctionFlags as Flags
        from modal._utils.async_utils import synchronizer
        user_class = synchronizer._translate_in(found)._get_user_cls()
        server = user_class()
        exits = list(_find_callables_for_obj(server, Flags.EXIT).values())
        for flag in (Flags.ENTER_PRE_SNAPSHOT, Flags.ENTER_POST_SNAPSHOT):
            for enter in _find_callables_for_obj(server, flag).values():
                enter()
        _find_callables_for_obj(server, Flags.interface_flags())[method]()
    else:
        found.get_raw_f()()
    threading.Thread(target=interrupt, daemon=True).start()
    threading.Event().wait()
except KeyboardInterrupt:
    pass
finally:
    for leave in exits:
        leave()
`;
