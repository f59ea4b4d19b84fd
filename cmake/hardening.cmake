# hardening.cmake - what distributions build with, in our own release builds too: a package must not depend on who builds
# it. tests/unit/test_hardening.sh reads from the binary what came of it.
#
# Not in a debug build (fortified calls ask for optimisation), nor with sanitizers, which check more and differently.
include(CheckCCompilerFlag)
include(CheckLinkerFlag)
include(CheckPIESupported)

check_pie_supported(LANGUAGES C)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(JAILNET_HARDENED ON)

# _FORTIFY_SOURCE may be preset by the compiler's maker to another value.
add_compile_options(-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2)
foreach(flag -fstack-protector-strong -fstack-clash-protection -fcf-protection) # the last is x86's alone
  string(MAKE_C_IDENTIFIER JAILNET_HAS${flag} has)
  check_c_compiler_flag(${flag} ${has})
  if(${has})
    add_compile_options(${flag})
  endif()
endforeach()
foreach(flag -Wl,-z,relro -Wl,-z,now -Wl,-z,noexecstack)
  string(MAKE_C_IDENTIFIER JAILNET_HAS${flag} has)
  check_linker_flag(C ${flag} ${has})
  if(${has})
    add_link_options(${flag})
  endif()
endforeach()
